// SPDX-License-Identifier: Apache-2.0
// node:timers. The global timers give numbers, and so do these; they have no ref() and unref().
const { validateFunction } = require("internal/validators");
const { setTimeout, setInterval, clearTimeout, clearInterval } = globalThis as any;

const { post } = require("native:tasks");

class Immediate {
  #cancelled = false;
  constructor(callback: (...values: unknown[]) => void, values: unknown[]) {
    post(() => {
      if (!this.#cancelled) callback(...values);
    });
  }
  ref(): this { return this; }
  unref(): this { return this; }
  hasRef(): boolean { return true; }
  [Symbol.dispose](): void { this.#cancelled = true; }
}

function setImmediate(callback: (...values: unknown[]) => void, ...values: unknown[]): Immediate {
  validateFunction(callback, "callback");
  return new Immediate(callback, values);
}

function clearImmediate(immediate: any): void {
  if (immediate instanceof Immediate) immediate[Symbol.dispose]();
}

module.exports = {
  setTimeout, clearTimeout, setImmediate, clearImmediate, setInterval, clearInterval,
  get promises() { return require("timers/promises"); },
};
// util.promisify(setTimeout) and the like.
const custom = Symbol.for("nodejs.util.promisify.custom");
Object.defineProperty(setImmediate, custom, { get: () => module.exports.promises.setImmediate, enumerable: true });
if (!Object.hasOwn(setTimeout, custom)) {
  Object.defineProperty(setTimeout, custom, { get: () => module.exports.promises.setTimeout });
}
