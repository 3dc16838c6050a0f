// SPDX-License-Identifier: Apache-2.0
// The Streams standard, from the npm package web-streams-polyfill. Its classes are interfaces as Web IDL wants them;
// what is done here is what a library for all engines cannot do.
import { ReadableStream, WritableStreamDefaultController } from "web-streams-polyfill";
import "./transfer.ts";

// The prototype of the iterator of `for await (const chunk of stream)` inherits from the language's own.
const iteratorPrototype = Object.getPrototypeOf(new ReadableStream().values());
const asyncIteratorPrototype = Object.getPrototypeOf(Object.getPrototypeOf(async function* () {}.prototype));
delete iteratorPrototype[Symbol.asyncIterator];
Object.setPrototypeOf(iteratorPrototype, asyncIteratorPrototype);
Object.defineProperty(iteratorPrototype, Symbol.toStringTag, {
  value: "ReadableStream AsyncIterator",
  configurable: true,
});

// Not in the standard any more.
delete (WritableStreamDefaultController.prototype as { abortReason?: unknown }).abortReason;

export * from "web-streams-polyfill";

// For bodies: whether a stream has ever been read from or cancelled, which the standard shows to other standards only.
const disturbed = Object.getOwnPropertySymbols(new ReadableStream()).find(({ description }) => description === "disturbed")!;
export const isDisturbed = (stream: object): boolean => (stream as any)[disturbed];
