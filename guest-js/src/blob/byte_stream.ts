// SPDX-License-Identifier: Apache-2.0
import { ReadableStream } from "group:streams";
import { TextDecoderStream } from "group:text-codec";
import type { Chunks } from "./chunks.ts";

// What one read gives at most.
const pieceSize = 65536;

/** A ReadableStream of bytes with copies of the chunks, made piece by piece as a reader asks for them. */
export function byteStream(chunks: Chunks): any {
  let index = 0;
  let offset = 0;
  const pull = (controller: any) => {
    if (index === chunks.length) {
      controller.close();
      controller.byobRequest?.respond(0);
      return;
    }
    const chunk = chunks[index]!;
    const piece = chunk.slice(offset, offset + pieceSize);
    offset += piece.length;
    if (offset === chunk.length) {
      index++;
      offset = 0;
    }
    controller.enqueue(piece);
  };
  const source: any = { __proto__: null, type: "bytes", pull };
  return new ReadableStream(source, { __proto__: null, highWaterMark: 0 } as object);
}

/** The same as text, decoded from UTF-8 as it is read. */
export function decodedStream(chunks: Chunks): any {
  return byteStream(chunks).pipeThrough(new TextDecoderStream());
}
