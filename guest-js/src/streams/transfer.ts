// SPDX-License-Identifier: Apache-2.0
// Transferable streams (Streams standard, 4.2.7, 5.2.6 and 6.2.5). The standard puts a pair of message ports between the
// old stream and the new one; here both are in one program, and what is left of the ports is that chunks are cloned.
import { DOMException } from "group:dom-exception";
import { ReadableStream, TransformStream, WritableStream } from "web-streams-polyfill";

type Reader = ReadableStreamDefaultReader;
type Writer = WritableStreamDefaultWriter;

// Taken once: a program may replace the global later.
const clone = structuredClone;
const { register } = require("native:clone");
const { apply, getOwnPropertyDescriptor } = Reflect;
const getter = (type: Function, name: string) => getOwnPropertyDescriptor(type.prototype, name)!.get!;
const sides = { readable: getter(TransformStream, "readable"), writable: getter(TransformStream, "writable") };

/** A test that never throws: a getter of the type refuses what is none. */
function isOf(get: () => unknown): (value: unknown) => boolean {
  return (value) => {
    try {
      apply(get, value, []);
      return true;
    } catch {
      return false;
    }
  };
}

function takeReader(stream: ReadableStream): Reader {
  if (stream.locked) throw new DOMException("A locked ReadableStream cannot be transferred", "DataCloneError");
  return stream.getReader();
}

function takeWriter(stream: WritableStream): Writer {
  if (stream.locked) throw new DOMException("A locked WritableStream cannot be transferred", "DataCloneError");
  return stream.getWriter();
}

// The next chunk, cloned. One that cannot be cloned ends the old stream too.
async function next(reader: Reader): Promise<{ value?: unknown; done: boolean }> {
  const { value, done } = await reader.read();
  if (done) {
    reader.releaseLock();
    return { done };
  }
  try {
    return { value: clone(value), done };
  } catch (error) {
    reader.cancel(error).catch(() => {});
    throw error;
  }
}

register({
  name: "ReadableStream",
  is: isOf(getter(ReadableStream, "locked")),
  detach: takeReader,
  attach: (reader: Reader) =>
    new ReadableStream(
      {
        async pull(controller) {
          const { value, done } = await next(reader);
          if (done) controller.close();
          else controller.enqueue(value);
        },
        cancel: (reason) => reader.cancel(reason),
      },
      { highWaterMark: 0 },
    ),
});

register({
  name: "WritableStream",
  is: isOf(getter(WritableStream, "locked")),
  detach: takeWriter,
  attach: (writer: Writer) =>
    new WritableStream({
      start(controller) {
        writer.closed.catch((reason) => controller.error(reason));
      },
      write: async (chunk) => writer.write(clone(chunk)),
      close: () => writer.close(),
      abort: (reason) => writer.abort(reason),
    }),
});

// What is written goes through the old stream, and what comes out of that one is read.
function throughOld({ reader, writer }: { reader: Reader; writer: Writer }): TransformStream {
  let finished: Promise<void>;
  const pump = async (controller: TransformStreamDefaultController) => {
    for (;;) {
      const { value, done } = await next(reader);
      if (done) return;
      controller.enqueue(value);
    }
  };
  return new TransformStream({
    start(controller) {
      finished = pump(controller);
      finished.catch((reason) => controller.error(reason));
    },
    transform: async (chunk) => writer.write(clone(chunk)),
    async flush() {
      await writer.close();
      await finished;
    },
    cancel: (reason) => Promise.all([reader.cancel(reason), writer.abort(reason)]).then(() => {}),
  });
}

register({
  name: "TransformStream",
  is: isOf(sides.readable),
  detach(stream: TransformStream) {
    const readable = apply(sides.readable, stream, []) as ReadableStream;
    const writable = apply(sides.writable, stream, []) as WritableStream;
    if (readable.locked || writable.locked) {
      throw new DOMException("A TransformStream with a locked side cannot be transferred", "DataCloneError");
    }
    return { reader: takeReader(readable), writer: takeWriter(writable) };
  },
  attach: throughOld,
});
