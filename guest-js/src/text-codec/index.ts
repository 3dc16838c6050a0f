// SPDX-License-Identifier: Apache-2.0
// TextEncoderStream and TextDecoderStream (Encoding standard, 7).
import { TransformStream } from "group:streams";
import { defineInterface, domString } from "group:webidl";

// Taken once: a program may replace the globals and the methods later.
const { TextDecoder, TextEncoder } = globalThis as any;
const { decode } = TextDecoder.prototype;
const { encode } = TextEncoder.prototype;
const apply = Reflect.apply;

class TextEncoderStream_ {
  #transform;
  constructor() {
    const encoder = new TextEncoder();
    let lead = ""; // a high surrogate at the end of a chunk waits for its other half
    this.#transform = new TransformStream({
      transform(chunk: unknown, controller: TransformStreamDefaultController) {
        let text = lead + domString(chunk);
        const last = text.charCodeAt(text.length - 1);
        lead = last >= 0xd800 && last < 0xdc00 ? text[text.length - 1]! : "";
        if (lead !== "") text = text.slice(0, -1);
        if (text !== "") controller.enqueue(apply(encode, encoder, [text]));
      },
      flush(controller: TransformStreamDefaultController) {
        if (lead !== "") controller.enqueue(new Uint8Array([0xef, 0xbf, 0xbd]));
      },
    });
  }
  get encoding() {
    this.#transform;
    return "utf-8";
  }
  get readable() {
    return this.#transform.readable;
  }
  get writable() {
    return this.#transform.writable;
  }
}

class TextDecoderStream_ {
  #decoder;
  #transform;
  constructor(label: unknown = "utf-8", options: unknown = undefined) {
    const decoder = new TextDecoder(label, options);
    const push = (text: string, controller: TransformStreamDefaultController) => {
      if (text !== "") controller.enqueue(text);
    };
    this.#decoder = decoder;
    this.#transform = new TransformStream({
      transform(chunk: unknown, controller: TransformStreamDefaultController) {
        if (chunk === undefined) throw new TypeError("a chunk must be an ArrayBuffer or a view of one");
        push(apply(decode, decoder, [chunk, { stream: true }]), controller);
      },
      flush: (controller: TransformStreamDefaultController) => push(apply(decode, decoder, []), controller),
    });
  }
  get encoding() {
    return this.#decoder.encoding;
  }
  get fatal() {
    return this.#decoder.fatal;
  }
  get ignoreBOM() {
    return this.#decoder.ignoreBOM;
  }
  get readable() {
    return this.#transform.readable;
  }
  get writable() {
    return this.#transform.writable;
  }
}

Object.defineProperty(TextDecoderStream_, "length", { value: 0, configurable: true });
export const TextEncoderStream = defineInterface(TextEncoderStream_, { name: "TextEncoderStream" });
export const TextDecoderStream = defineInterface(TextDecoderStream_, { name: "TextDecoderStream" });
