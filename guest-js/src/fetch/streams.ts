// SPDX-License-Identifier: Apache-2.0
// What bodies need of streams. All of it is taken when the group loads: a program may change prototypes later.
import { isDisturbed, ReadableStream, ReadableStreamDefaultReader, TransformStream, type ReadableStreamDefaultController as Controller } from "group:streams";
import { TextDecoderStream } from "group:text-codec";
import { type Chunks } from "../blob/chunks.ts";

export { isDisturbed };

function method(type: { prototype: object }, name: string): (self: object, ...values: unknown[]) => any {
  const property = Object.getOwnPropertyDescriptor(type.prototype, name)!;
  const body = property.get ?? property.value;
  return (self, ...values) => Reflect.apply(body, self, values);
}

export const isLocked: (stream: object) => boolean = method(ReadableStream, "locked");
const getReader = method(ReadableStream, "getReader");
const pipeThrough = method(ReadableStream, "pipeThrough");
const tee = method(ReadableStream, "tee");
const read = method(ReadableStreamDefaultReader, "read");
const cancel = method(ReadableStreamDefaultReader, "cancel");
const cancelStream = method(ReadableStream, "cancel");

export const openReader: (stream: object) => object = getReader;
export const cancelReader: (reader: object, reason: unknown) => Promise<void> = cancel;

const noop = () => {};
const { structuredClone } = globalThis as any;

export function isReadableStream(value: object): boolean {
  try {
    isLocked(value);
    return true;
  } catch {
    return false;
  }
}

export function lock(stream: object): void {
  getReader(stream);
}

export function abandon(stream: object, reason: unknown): void {
  if (!isLocked(stream)) cancelStream(stream, reason).then(noop, noop);
}

/** Leaves a stream as if all of it had been read by a reader that nobody has. */
export function useUp(stream: object): void {
  cancel(getReader(stream)).then(noop, noop);
}

/** A stream that goes on with the chunks of another, which is used from now on ("create a proxy"). */
export const passOn = (stream: object): object => pipeThrough(stream, new TransformStream());

export const decoded = (stream: object): object => pipeThrough(stream, new TextDecoderStream());

export function emptyStream(): object {
  const start = (controller: Controller<unknown>) => controller.close();
  return new ReadableStream({ __proto__: null, start } as object);
}

const kindOfView = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag)!.get!;

/** The next bytes; undefined at the end. */
export async function readChunk(reader: object): Promise<Uint8Array | undefined> {
  const { done, value } = await read(reader);
  if (done) return undefined;
  if (Reflect.apply(kindOfView, value, []) !== "Uint8Array") {
    throw new TypeError("the body's stream holds a chunk that is not a Uint8Array; encode strings with TextEncoder");
  }
  return value;
}

/** All bytes of a stream, copied. Locks it for good. */
export async function readAll(stream: object): Promise<Chunks> {
  const reader = getReader(stream);
  const chunks: Uint8Array[] = [];
  while (true) {
    const value = await readChunk(reader);
    if (value === undefined) return chunks;
    if (value.length > 0) chunks[chunks.length] = value.slice();
  }
}

/** Two streams with the chunks of one; the second gets copies ("clone a body"). */
export function teeWithCopies(stream: object): [object, object] {
  const [first, second] = tee(stream);
  let reader: object;
  const source = {
    __proto__: null,
    start() {
      reader = getReader(second);
    },
    async pull(controller: Controller<unknown>) {
      const { done, value } = await read(reader);
      if (done) controller.close();
      else controller.enqueue(structuredClone(value));
    },
    cancel: (reason: unknown) => cancel(reader, reason),
  };
  const strategy = { __proto__: null, highWaterMark: 0 };
  return [first, new ReadableStream(source as object, strategy)];
}
