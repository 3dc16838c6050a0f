// SPDX-License-Identifier: Apache-2.0
// node:stream/web: the globals of the Streams standard.
const names = [
  "ReadableStream", "ReadableStreamDefaultReader", "ReadableStreamBYOBReader", "ReadableStreamBYOBRequest",
  "ReadableByteStreamController", "ReadableStreamDefaultController", "TransformStream",
  "TransformStreamDefaultController", "WritableStream", "WritableStreamDefaultController",
  "WritableStreamDefaultWriter", "ByteLengthQueuingStrategy", "CountQueuingStrategy", "TextEncoderStream",
  "TextDecoderStream", "CompressionStream", "DecompressionStream",
];
const members: Record<string, unknown> = {};
for (const name of names) {
  if (!(name in globalThis)) continue;
  Object.defineProperty(members, name, { get: () => (globalThis as any)[name], enumerable: true, configurable: true });
}
module.exports = members;
