// SPDX-License-Identifier: Apache-2.0
// A position in generated code to the one in the text as the guest wrote it. The source map marks most tokens, but V8
// also points at operators and brackets between two marks; from the mark before, both texts are walked in step up to
// the token in question. What cannot be followed falls back to the mark itself, which is the expression's start.

import { createRequire } from "node:module";
import type { SourceMapSegment, TraceMap as TraceMapType } from "@jridgewell/trace-mapping";
import { unwrapOffset } from "./expression_wrap.ts";
import type { Position } from "./protocol.ts";
import { LineTable } from "./source_positions.ts";
import type { Stripped } from "./strip.ts";
import { commentEnd, isSpace, isWordPart, wordEnd } from "./token_ends.ts";

// require: one resolution instead of three asynchronous ones at start-up.
const { TraceMap, decodedMappings, traceSegment } =
  createRequire(import.meta.url)("@jridgewell/trace-mapping") as typeof import("@jridgewell/trace-mapping");

const kMaxWalk = 4096;
const kOperatorRun = /[=+\-*/%&|^<>!?~]+/y;

export class PositionMapper {
  readonly #stripped: Stripped;
  readonly #map: TraceMapType;
  readonly #generatedLines: LineTable;
  readonly #parsedLines: LineTable;
  readonly #writtenLines: LineTable;

  constructor(stripped: Stripped) {
    const { code, parsed, mappings, wrap } = stripped;
    this.#stripped = stripped;
    this.#map = new TraceMap({ version: 3, names: [], sources: ["agent"], mappings });
    this.#generatedLines = new LineTable(code);
    this.#parsedLines = new LineTable(parsed);
    const written = wrap === null ? parsed : parsed.slice(0, wrap.openAt) +
      parsed.slice(wrap.openAt + 1, wrap.closeAt + 1) + parsed.slice(wrap.closeAt + 1 + wrap.close.length);
    this.#writtenLines = wrap === null ? this.#parsedLines : new LineTable(written);
  }

  /** Null where nothing of the original is, such as the lines that close a lowered enum. */
  map({ line, column }: Position): Position | null {
    // The mark at or before the position; in the indentation there is none, so then the first of the line.
    const before = traceSegment(this.#map, line - 1, column - 1);
    const segment = before ?? decodedMappings(this.#map)[line - 1]?.[0];
    if (segment === undefined || segment.length === 1) return null;
    const mark = this.#parsedLines.offsetAt(segment[2], segment[3]);
    const { code, parsed, wrap } = this.#stripped;
    const from = this.#generatedLines.offsetAt(line - 1, segment[0]);
    const to = this.#generatedLines.offsetAt(line - 1, column - 1);
    const limit = this.#nextMark(line - 1, segment, mark);
    const offset = before === null ? mark : walkInStep(code, from, to, parsed, mark, limit);
    return this.#writtenLines.positionAt(wrap === null ? offset : unwrapOffset(wrap, offset));
  }

  /** Where the next mark lies in the parsed text: the token sought is before it. */
  #nextMark(line: number, segment: { readonly 0: number }, mark: number): number {
    const lines = decodedMappings(this.#map);
    const next = firstAfter(lines[line]!, segment[0]) ?? lines[line + 1]?.[0];
    const offset = next === undefined || next.length === 1 ? -1 : this.#parsedLines.offsetAt(next[2], next[3]);
    return offset > mark ? offset : Math.min(this.#stripped.parsed.length, mark + kMaxWalk);
  }
}

function firstAfter(segments: readonly SourceMapSegment[], column: number): SourceMapSegment | undefined {
  let low = 0;
  let high = segments.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (segments[middle]![0] > column) high = middle;
    else low = middle + 1;
  }
  return segments[low];
}

/** `generated` from `from` and `parsed` from `mark` say the same, but for white space, comments, types, parentheses. */
function walkInStep(generated: string, from: number, to: number, parsed: string, mark: number, limit: number): number {
  if (to - from > kMaxWalk || limit - mark > 4 * kMaxWalk) return mark;
  let g = from;
  let p = mark;
  for (;;) {
    const same = g <= to && p < limit && generated[g] === parsed[p];
    if (same && g === to) return p;
    if (g < to && isSpace(generated.charCodeAt(g))) {
      g++;
    } else if (same) {
      g++;
      p++;
    } else {
      const end = p >= limit ? p : isSpace(parsed.charCodeAt(p)) ? p + 1 : commentEnd(parsed, p);
      if (end === p) break;
      p = end;
    }
  }
  return findBackwards(tokenAt(generated, to), parsed, p, limit) ?? mark;
}

function tokenAt(text: string, at: number): string {
  if (isWordPart(text.charCodeAt(at))) return text.slice(at, wordEnd(text, at));
  kOperatorRun.lastIndex = at;
  return kOperatorRun.exec(text)?.[0] ?? text.slice(at, at + 1);
}

/** The last whole token of that spelling in [from, limit): types, which may hold the same token, come first. */
function findBackwards(token: string, text: string, from: number, limit: number): number | null {
  if (token === "") return null;
  for (let at = text.lastIndexOf(token, limit - token.length); at >= from; at = text.lastIndexOf(token, at - 1)) {
    if (!joins(text, at - 1, at) && !joins(text, at + token.length - 1, at + token.length)) return at;
    if (at === 0) break;
  }
  return null;
}

/** True if the two neighbours belong to one token. */
function joins(text: string, left: number, right: number): boolean {
  if (left < 0 || right >= text.length) return false;
  if (isWordPart(text.charCodeAt(left))) return isWordPart(text.charCodeAt(right));
  const pair = text.slice(left, right + 1);
  return pair.length === 2 && /^[=+\-*/%&|^<>!?~]{2}$/.test(pair) && !pair.startsWith("!");
}
