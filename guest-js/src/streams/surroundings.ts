// SPDX-License-Identifier: Apache-2.0
// What the streams library would look up on the global object, where a program may have put something else. The names
// are those that it looks up (see "inject" in groups.json).
import { DOMException } from "group:dom-exception";

const microtask = queueMicrotask;
export { microtask as queueMicrotask };

// The library looks for DOMException here.
const surroundings = { DOMException };
export { surroundings as globalThis };

// Every writable stream has an AbortController, and few programs look at its signal: the real one is made then.
class LazyAbortController {
  #controller: AbortController | undefined;
  #reason: { value: unknown } | undefined;

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new (require("group:events").AbortController)() as AbortController;
      if (this.#reason) this.#controller.abort(this.#reason.value);
    }
    return this.#controller.signal;
  }

  abort(reason: unknown): void {
    this.#reason ??= { value: reason };
    this.#controller?.abort(reason);
  }
}
export { LazyAbortController as AbortController };
