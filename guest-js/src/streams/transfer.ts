// SPDX-License-Identifier: Apache-2.0
// Readable and writable streams as transferable objects (Streams standard, 8): the new stream is fed from the old one, which stays locked. Each
// chunk is cloned on its way, as between two realms.
import { DOMException } from "group:dom-exception";
import { ReadableStream, TransformStream, WritableStream } from "web-streams-polyfill";

const clone = require("native:clone");

const copying = () => new TransformStream({
  transform: (chunk, controller) => controller.enqueue(clone.deserialize(clone.serialize(chunk))[0]),
});

// A proxy has the prototype and is no stream; the getter knows.
function brandCheck(type: { prototype: any }, member: string): (value: any) => boolean {
  const { get } = Object.getOwnPropertyDescriptor(type.prototype, member)!;
  return (value) => {
    if (!(value instanceof (type as any))) return false;
    try {
      get!.call(value);
      return true;
    } catch {
      return false;
    }
  };
}

// A pipe lets go of its streams at the end, and they are not transferable again.
const transferred = new WeakSet<object>();

function take(stream: { locked: boolean }, name: string): void {
  if (stream.locked) throw new DOMException(`A ${name} that is locked cannot be transferred`, "DataCloneError");
  if (transferred.has(stream)) throw new DOMException(`A ${name} was transferred already`, "DataCloneError");
  transferred.add(stream);
}

// Errors arrive at the other end; nobody waits for the pipe itself.
const pipe = (from: ReadableStream, to: WritableStream): void => void from.pipeTo(to).catch(() => {});

function detachReadable(stream: ReadableStream): ReadableStream {
  take(stream, "ReadableStream");
  const { readable, writable } = copying();
  pipe(stream, writable);
  return readable;
}

function detachWritable(stream: WritableStream): WritableStream {
  take(stream, "WritableStream");
  const { readable, writable } = copying();
  pipe(readable, stream);
  return writable;
}

clone.register({
  name: "ReadableStream",
  is: brandCheck(ReadableStream, "locked"),
  detach: detachReadable,
  attach: (stream: ReadableStream) => stream,
});
clone.register({
  name: "WritableStream",
  is: brandCheck(WritableStream, "locked"),
  detach: detachWritable,
  attach: (stream: WritableStream) => stream,
});
