// SPDX-License-Identifier: Apache-2.0
// The streams of a worker (src/wire/serve_protocol.h): who hears the frames of each, and what can be said.

/** See src/guest/native/serve.cc. */
export const native = require("native:serve") as {
  answer(stream: number, value: unknown): void;
  fail(stream: number, error: unknown): void;
  head(stream: number, status: number, statusText: string, headers: string[], hasBody: boolean, webSocket: boolean): void;
  chunk(stream: number, bytes: Uint8Array): number;
  binary(stream: number, bytes: Uint8Array): number;
  text(stream: number, message: string): number;
  end(stream: number): void;
  credit(stream: number): number;
  grant(stream: number, bytes: number): void;
  close(stream: number, code: number, reason: string): void;
  reset(stream: number, reason: string): void;
  free(stream: number): void;
  open(none: 0, binding: string, id: string, document: string): number;
  entrypoint(name: string): unknown;
  exports(): any;
};

/** Who hears the frames of a stream. After `reset` the stream is over. */
export interface StreamListener {
  chunk?(bytes: ArrayBuffer): void;
  end?(): void;
  text?(message: string): void;
  binary?(bytes: ArrayBuffer): void;
  credit?(bytes: number): void;
  close?(code: number, reason: string): void;
  opened?(json: string): void;
  reset(reason: string): void;
}

const listeners = new Map<number, StreamListener>();

export function listen(stream: number, listener: StreamListener): void {
  listeners.set(stream, listener);
}

/** The stream has come to its regular end. */
export function free(stream: number): void {
  listeners.delete(stream);
  native.free(stream);
}

export function forget(stream: number): void {
  listeners.delete(stream);
}

// wire::FrameType
const FrameType = { opened: 5, chunk: 48, end: 49, text: 50, binary: 51, credit: 52, close: 53, reset: 54 };

export function onFrame(stream: number, type: number, value: any, more: any): void {
  const listener = listeners.get(stream);
  if (listener === undefined) return;
  switch (type) {
    case FrameType.chunk: return listener.chunk?.(value);
    case FrameType.end: return listener.end?.();
    case FrameType.text: return listener.text?.(value);
    case FrameType.binary: return listener.binary?.(value);
    case FrameType.credit: return listener.credit?.(value);
    case FrameType.close: return listener.close?.(value, more);
    case FrameType.opened: return listener.opened?.(value);
    case FrameType.reset:
      listeners.delete(stream);
      return listener.reset(value);
  }
}

/** Gives credit back for what was taken, in parts that are worth a frame. */
export class Grants {
  #stream: number;
  #taken = 0;
  constructor(stream: number) {
    this.#stream = stream;
  }
  took(bytes: number): void {
    this.#taken += bytes;
    if (this.#taken < 65536) return;
    native.grant(this.#stream, this.#taken);
    this.#taken = 0;
  }
}
