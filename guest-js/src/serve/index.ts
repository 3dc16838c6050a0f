// SPDX-License-Identifier: Apache-2.0
// The JavaScript half of a worker (src/guest/serve_loop.h).
import { toResult } from "group:worker";
import { native } from "./streams.ts";

export { abandon as forget, makeRequest, respond } from "./exchange.ts";
export { onFrame } from "./streams.ts";

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
