// SPDX-License-Identifier: Apache-2.0
// Offsets in a text against lines and columns, in the two countings that meet here: oxc reports UTF-8 byte offsets,
// V8 reports 1-based lines and columns in UTF-16 units. Both end a line at \n, \r, \r\n, U+2028 and U+2029.

import type { Position } from "./protocol.ts";

const kLineEnd = /\r\n|[\n\r\u2028\u2029]/g;

export class LineTable {
  readonly #starts: number[] = [0];
  readonly #length: number;

  constructor(text: string) {
    this.#length = text.length;
    for (const match of text.matchAll(kLineEnd)) this.#starts.push(match.index + match[0].length);
  }

  /** Offset of a 0-based line and column; clamped into the text. */
  offsetAt(line: number, column: number): number {
    const start = this.#starts[line];
    return start === undefined ? this.#length : Math.min(start + column, this.#length);
  }

  positionAt(offset: number): Position {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - this.#starts[low]! + 1 };
  }
}

/** The UTF-16 offset of a UTF-8 byte offset. Byte offsets lie on character boundaries; a BOM counts three bytes. */
export function unitOffset(text: string, byteOffset: number): number {
  // One byte per unit or more: the prefix that can hold the offset is never longer than byteOffset units.
  const prefix = text.slice(0, byteOffset);
  const bytes = Buffer.from(prefix, "utf8");
  if (bytes.length === prefix.length) return prefix.length; // all ASCII
  return bytes.toString("utf8", 0, byteOffset).length;
}
