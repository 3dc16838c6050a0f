// SPDX-License-Identifier: Apache-2.0
// Sources that are an expression but not a statement: a model that is asked for "a function" writes
// `async function (input: T) {...}`, or ends a few statements with one, or answers `{ a: 1, b: 2 }`. Parentheses around
// that part make it an expression statement, whose value is the value of the program.

import type { OxcError } from "./oxc.ts";
import { unitOffset } from "./source_positions.ts";

/** Two insertions: "(" before openAt and `close` before closeAt, both offsets in the unwrapped text. */
export interface Wrap {
  openAt: number;
  closeAt: number;
  close: ")" | "\n)";
}

export const kNoName = /^(?:Expected function name|A class name is required)/;
const kFunctionHead = /(?:\basync[ \t]+)?\bfunction\s*\*?\s*$/; // no line end after `async`: there it would be a name

/** Ways to read a text that does not parse, the likeliest first. */
export function expressionWraps(text: string, errors: OxcError[]): Wrap[] {
  const openAt = findOpening(text, errors);
  if (openAt === null) return [];
  const wraps: Wrap[] = [];
  const brace = text.lastIndexOf("}");
  if (brace > openAt && isBlank(text, brace + 1)) wraps.push({ openAt, closeAt: brace + 1, close: ")" });
  wraps.push({ openAt, closeAt: text.length, close: "\n)" }); // a line of its own: the last one may be a comment
  return wraps;
}

export function applyWrap(text: string, wrap: Wrap): string {
  const { openAt, closeAt, close } = wrap;
  return `${text.slice(0, openAt)}(${text.slice(openAt, closeAt)}${close}${text.slice(closeAt)}`;
}

/** From an offset in the wrapped text to the offset in the text as it was written. */
export function unwrapOffset(wrap: Wrap, offset: number): number {
  if (offset <= wrap.openAt) return offset;
  if (offset - 1 <= wrap.closeAt) return offset - 1;
  return Math.max(wrap.closeAt, offset - 1 - wrap.close.length);
}

function findOpening(text: string, errors: OxcError[]): number | null {
  const nameless = errors.findLast((error) => kNoName.test(error.message)); // earlier ones are mistakes, and remain
  const label = nameless?.labels[0];
  if (nameless === undefined || label === undefined) return errors.length === 1 ? 0 : null;
  const at = unitOffset(text, label.start);
  if (nameless.message.startsWith("A class")) return at;
  const from = Math.max(0, at - 200);
  const head = kFunctionHead.exec(text.slice(from, at));
  return head === null ? null : from + head.index;
}

/** Only white space, semicolons and comments from here on. */
function isBlank(text: string, from: number): boolean {
  let at = from;
  while (at < text.length) {
    if (text.startsWith("//", at)) {
      const end = text.slice(at).search(/[\n\r\u2028\u2029]/);
      if (end < 0) return true;
      at += end;
    } else if (text.startsWith("/*", at)) {
      const end = text.indexOf("*/", at + 2);
      if (end < 0) return false;
      at = end + 2;
    } else if (/[\s;]/.test(text[at]!)) {
      at++;
    } else {
      return false;
    }
  }
  return true;
}
