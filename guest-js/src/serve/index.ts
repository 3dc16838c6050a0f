// SPDX-License-Identifier: Apache-2.0
// The JavaScript half of a worker (src/guest/serve_loop.h).
import { toResult } from "group:worker";
import { free, Grants, listen, native, onFrame } from "./streams.ts";

export { abandon as forget, makeRequest, respond } from "./exchange.ts";
export { free, Grants, listen, native, onFrame };

let begin: () => void;
const beginning = new Promise<void>((resolve) => { begin = resolve; });
let hasLoaded = false;

/** The main module has run; what came before waits for it. */
export function loaded(): void {
  hasLoaded = true;
  begin();
}

/** `then`'s value now, or when the main module has run. */
export function onceLoaded<T>(then: () => T): T | Promise<T> {
  return hasLoaded ? then() : beginning.then(then);
}

/** A session that the daemon opens. */
export function session(stream: number): void {
  require("group:rpc").serveSession(stream);
}

/** What the program finds in its env besides JSON; before its main module runs. */
export function prepare(first: number | undefined, bindings: string[], loaders: string[], outbound: boolean): unknown {
  return require("group:rpc").prepare(first, bindings, loaders, outbound);
}

/** Answers a call when its value is settled. */
export async function follow(stream: number, value: unknown, isResponse: boolean): Promise<void> {
  try {
    value = await value;
    if (isResponse) value = await toResult(value);
  } catch (error) {
    return native.fail(stream, error);
  }
  native.answer(stream, value);
}
