// SPDX-License-Identifier: Apache-2.0
// One source text to JavaScript and back-references, or to one error. Decides how a text is read, in this order:
// as a module, as a sloppy script, as an expression that only parentheses make a statement.

import { inlineHelpers } from "./decorator_helpers.ts";
import { applyWrap, expressionWraps, kNoName } from "./expression_wrap.ts";
import type { Wrap } from "./expression_wrap.ts";
import { refuseDeepNesting } from "./nesting_limit.ts";
import { runOxc } from "./oxc.ts";
import type { OxcError, ParseLang, Pass } from "./oxc.ts";
import { kMaxSourceUnits } from "./protocol.ts";
import type { SourceError } from "./protocol.ts";
import { LineTable, unitOffset } from "./source_positions.ts";

export interface Stripped {
  code: string;
  mappings: string;
  /** What oxc read: without a BOM, with the parentheses of `wrap`. */
  parsed: string;
  wrap: Wrap | null;
}

export type StripResult = Stripped | { error: SourceError };

const kMaxRetryErrors = 16; // a text with more errors than this is no misread expression, and errors are expensive
const kMaxMessageUnits = 1000; // oxc quotes identifiers, and those have the size the guest likes

/** A BOM is an encoding mark and no column: V8's UTF-8 decoder and every editor drop it before they count. */
export function withoutBom(source: string): string {
  return source.charCodeAt(0) === 0xfeff ? source.slice(1) : source;
}

/** What must not reach oxc at all. */
export function refuse(text: string, lang: ParseLang): SourceError | null {
  if (text.length > kMaxSourceUnits) return { message: "the source is larger than 64 MiB", line: 1, column: 1 };
  if (!text.isWellFormed()) {
    // oxc works on UTF-8 and would replace it silently.
    return errorAt(text, text.search(/\p{Surrogate}/u), "a lone surrogate is not valid Unicode text");
  }
  const refusal = refuseDeepNesting(text, lang === "tsx" || lang === "jsx");
  return refusal === null ? null : errorAt(text, refusal.offset, refusal.message);
}

/** True if the text runs as it is: JavaScript, and nothing in it that V8 needs lowered. */
export async function isPlainJavaScript(text: string): Promise<boolean> {
  for (const sourceType of ["module", "script"] as const) {
    const pass = await runOxc(text, "js", sourceType, false);
    if (pass.errors.length === 0) return pass.helpersUsed.length === 0 && !lowersAccessor(text, pass.code);
    if (pass.errors.length > kMaxRetryErrors) return false;
  }
  return false;
}

/** The caller has asked refuse(). */
export async function strip(text: string, lang: ParseLang): Promise<StripResult> {
  const asModule = await runOxc(text, lang, "module", true);
  if (asModule.errors.length === 0) return finish(asModule, text, null);
  if (asModule.errors.length <= kMaxRetryErrors) {
    const asScript = await runOxc(text, lang, "script", true);
    if (asScript.errors.length === 0) return finish(asScript, text, null);
    for (const wrap of expressionWraps(text, asModule.errors)) {
      const parsed = applyWrap(text, wrap);
      const asExpression = await runOxc(parsed, lang, "module", true);
      if (asExpression.errors.length === 0) return finish(asExpression, parsed, wrap);
    }
  }
  // A missing function name is what oxc noticed first, but the writer's mistake is the other one.
  const error = asModule.errors.find((e) => !kNoName.test(e.message)) ?? asModule.errors[0]!;
  return { error: describe(text, error) };
}

function finish(pass: Pass, parsed: string, wrap: Wrap | null): StripResult {
  const { code, missing } = inlineHelpers(pass.code, pass.helpersUsed);
  if (missing.length === 0) return { code, mappings: pass.mappings, parsed, wrap };
  const message = `syntax that needs the runtime helper "${missing[0]}" is not supported`;
  return { error: { message, line: 1, column: 1 } };
}

/** `accessor x` in a class: proposed JavaScript, which oxc lowers always and V8 does not know. */
function lowersAccessor(text: string, code: string): boolean {
  return code.includes("_accessor_storage") && !text.includes("_accessor_storage");
}

function errorAt(text: string, offset: number, message: string): SourceError {
  return { message, ...new LineTable(text).positionAt(offset) };
}

function describe(text: string, error: OxcError): SourceError {
  // With several labels the first is where it went wrong, but for a name declared twice that is the second declaration.
  const label = error.labels.find((l) => l.message?.includes("redeclared here")) ?? error.labels[0];
  const result: SourceError = { message: error.message.slice(0, kMaxMessageUnits), line: 1, column: 1 };
  if (label !== undefined) {
    const lines = new LineTable(text);
    Object.assign(result, lines.positionAt(unitOffset(text, label.start)));
    const end = lines.positionAt(unitOffset(text, label.end));
    result.endLine = end.line;
    result.endColumn = end.column;
  }
  if (error.helpMessage) result.help = error.helpMessage.slice(0, kMaxMessageUnits);
  return result;
}
