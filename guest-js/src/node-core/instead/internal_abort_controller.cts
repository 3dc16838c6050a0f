// SPDX-License-Identifier: Apache-2.0
const unavailable = (name: string) => () => {
  throw new Error(`${name} is not available in the sandbox: there are no threads to transfer to`);
};
module.exports = {
  get AbortController() { return (globalThis as any).AbortController; },
  get AbortSignal() { return (globalThis as any).AbortSignal; },
  transferableAbortSignal: unavailable("transferableAbortSignal"),
  transferableAbortController: unavailable("transferableAbortController"),
  aborted(signal: any, resource: unknown) {
    const { validateAbortSignal, validateObject } = require("internal/validators");
    validateAbortSignal(signal, "signal");
    validateObject(resource, "resource");
    if (signal.aborted) return Promise.resolve();
    return new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
  },
};
