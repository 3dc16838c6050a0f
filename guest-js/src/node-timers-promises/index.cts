// SPDX-License-Identifier: Apache-2.0
// node:timers/promises.
const { AbortError } = require("internal/errors");
const { validateAbortSignal, validateBoolean, validateNumber, validateObject } = require("internal/validators");
const { post } = require("native:tasks");
const globals = globalThis as any;
const clear = globals.clearTimeout;

function check(options: any): void {
  validateObject(options, "options");
  if (options.signal !== undefined) validateAbortSignal(options.signal, "options.signal");
  if (options.ref !== undefined) validateBoolean(options.ref, "options.ref");
}

// A promise that `start` resolves, unless the signal comes first.
function wait(value: unknown, signal: any, start: (done: () => void) => unknown): Promise<unknown> {
  if (signal?.aborted) return Promise.reject(new AbortError(undefined, { cause: signal.reason }));
  return new Promise((resolve, reject) => {
    const abort = () => {
      if (timer !== undefined) clear(timer);
      reject(new AbortError(undefined, { cause: signal.reason }));
    };
    const timer = start(() => {
      signal?.removeEventListener("abort", abort);
      resolve(value);
    });
    signal?.addEventListener("abort", abort, { once: true });
  });
}

const later = globals.setTimeout;

async function setTimeout(after?: number, value?: unknown, options: any = {}): Promise<unknown> {
  if (after !== undefined) validateNumber(after, "delay");
  check(options);
  return wait(value, options.signal, (done) => later(done, after));
}

async function setImmediate(value?: unknown, options: any = {}): Promise<unknown> {
  check(options);
  return wait(value, options.signal, (done) => void post(done));
}

async function* setInterval(after?: number, value?: unknown, options: any = {}): AsyncGenerator<unknown> {
  if (after !== undefined) validateNumber(after, "delay");
  check(options);
  for (;;) {
    await wait(undefined, options.signal, (done) => later(done, after));
    yield value;
  }
}

const scheduler = {
  wait: (after: number, options?: any) => setTimeout(after, undefined, options),
  yield: () => setImmediate(),
};
module.exports = { setTimeout, setImmediate, setInterval, scheduler };
