// SPDX-License-Identifier: Apache-2.0
// process.nextTick: a queue of its own that runs as one microtask. In Node it comes before the promises' microtasks when
// a program is CommonJS, and after them when it is a module; here it takes its turn.
const { validateFunction } = require("internal/validators");
const microtask = globalThis.queueMicrotask;
const queue: (() => void)[] = [];

function drain(): void {
  for (let tick = queue.shift(); tick; tick = queue.shift()) {
    if (queue.length > 0) {
      // What a tick throws ends the program; the others are not lost if something catches it.
      try {
        tick();
      } catch (error) {
        microtask(drain);
        throw error;
      }
    } else {
      tick();
    }
  }
}

export function nextTick(callback: (...values: unknown[]) => void, ...values: unknown[]): void {
  validateFunction(callback, "callback");
  const frame = require("internal/async_context_frame");
  const context = frame.current();
  if (queue.length === 0) microtask(drain);
  queue.push(() => {
    const prior = frame.exchange(context);
    try {
      callback(...values);
    } finally {
      frame.set(prior);
    }
  });
}

export const queueMicrotask = microtask;
