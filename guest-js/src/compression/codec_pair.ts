// SPDX-License-Identifier: Apache-2.0
// A writable and a readable stream with a codec between them.
//
// A TransformStream would put everything that one chunk decompresses to into its queue at once. Here the codec is
// drained piece by piece, as the reader takes them: a chunk of one megabyte may hold a gigabyte.
import { ReadableStream, WritableStream } from "group:streams";

const native = require("native:compression");

// What waits for the reader. Without it `await writer.close()` before the first read would wait for ever; the standard
// allows any strategy.
const queuedBytes = 256 * 1024;

interface Pair {
  readable: ReadableStream;
  writable: WritableStream;
}

/** Nothing when there is no format of that name. */
export function openPair(format: string, decompress: boolean): Pair | undefined {
  const session = native.open(format, decompress);
  if (session === undefined) return undefined;
  let reading!: ReadableStreamDefaultController;
  let writing!: WritableStreamDefaultController;
  let wanted = false; // the reader has room or waits
  let over = false; // aborted, cancelled, closed or failed
  let cancelled: { reason: unknown } | undefined;
  let wake: (() => void) | undefined;

  // Resolves when the reader wants a piece or is gone.
  const demand = () => {
    if (wanted || over) return undefined;
    return new Promise<void>((resolve) => { wake = resolve; });
  };
  const awaken = () => {
    wake?.();
    wake = undefined;
  };
  const drain = async () => {
    for (;;) {
      await demand();
      if (cancelled) throw cancelled.reason;
      if (over) return;
      const piece = native.drain(session);
      if (piece === undefined) return;
      wanted = false;
      reading.enqueue(piece);
    }
  };
  const fail = (reason: unknown) => {
    over = true;
    if (!cancelled) reading.error(reason);
    awaken();
  };
  const attempt = async (step: () => void) => {
    try {
      step();
      await drain();
    } catch (error) {
      fail(error);
      throw error;
    }
  };

  const readable = new ReadableStream(
    {
      start(controller: ReadableStreamDefaultController) { reading = controller; },
      pull() {
        wanted = true;
        awaken();
      },
      cancel(reason: unknown) {
        over = true;
        cancelled = { reason };
        writing.error(reason);
        awaken();
      },
    },
    { highWaterMark: queuedBytes, size: (piece: Uint8Array) => piece.byteLength },
  );
  const writable = new WritableStream({
    start(controller: WritableStreamDefaultController) { writing = controller; },
    write: (chunk: unknown) => attempt(() => native.feed(session, chunk)),
    async close() {
      await attempt(() => native.finish(session));
      if (over) return;
      over = true;
      reading.close();
    },
    abort: fail,
  });
  return { readable, writable };
}
