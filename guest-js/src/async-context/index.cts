// SPDX-License-Identifier: Apache-2.0
// node:async_hooks: AsyncLocalStorage on V8's continuation data, and AsyncResource. There are no hooks.
const AsyncContextFrame = require("internal/async_context_frame");
const { codes } = require("internal/errors");
const { validateFunction, validateString } = require("internal/validators");

let lastId = 1;

class AsyncResource {
  #frame: unknown = AsyncContextFrame.current();
  #id = ++lastId;
  #trigger: number;
  static {
    Object.defineProperty(this, Symbol.toStringTag, { value: undefined, writable: true });
  }

  constructor(type: string, options: any = {}) {
    validateString(type, "type");
    const trigger = typeof options === "number" ? options : options?.triggerAsyncId;
    if (trigger !== undefined && (!Number.isSafeInteger(trigger) || trigger < -1)) {
      throw new codes.ERR_INVALID_ASYNC_ID("triggerAsyncId", trigger);
    }
    this.#trigger = trigger ?? 1;
  }

  runInAsyncScope(fn: any, self: unknown, ...values: unknown[]): unknown {
    const prior = AsyncContextFrame.exchange(this.#frame);
    try {
      return Reflect.apply(fn, self, values);
    } finally {
      AsyncContextFrame.set(prior);
    }
  }

  emitDestroy(): this {
    return this;
  }

  asyncId(): number {
    return this.#id;
  }

  triggerAsyncId(): number {
    return this.#trigger;
  }

  bind(fn: any, self?: unknown): any {
    validateFunction(fn, "fn");
    const resource = this;
    const bound = self === undefined
      ? function (this: unknown, ...values: unknown[]) { return resource.runInAsyncScope(fn, this, ...values); }
      : (...values: unknown[]) => resource.runInAsyncScope(fn, self, ...values);
    Object.defineProperties(bound, {
      length: { value: fn.length, configurable: true }, name: { value: `bound ${fn.name}`, configurable: true },
    });
    return bound;
  }

  static bind(fn: any, type?: string, self?: unknown): any {
    return new AsyncResource(type || fn.name || "bound-anonymous-fn").bind(fn, self);
  }
}

function createHook(): never {
  throw new Error("async_hooks.createHook is not available in the sandbox; use AsyncLocalStorage to carry context");
}

let storage: any;
module.exports = {
  // Loaded when asked for: its module needs AsyncResource from this one.
  get AsyncLocalStorage() { return (storage ??= require("internal/async_local_storage/async_context_frame")); },
  createHook,
  executionAsyncId: () => 1,
  triggerAsyncId: () => 0,
  executionAsyncResource: () => ({}),
  asyncWrapProviders: Object.freeze(Object.create(null)),
  AsyncResource,
};
