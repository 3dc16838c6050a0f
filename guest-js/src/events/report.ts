// SPDX-License-Identifier: Apache-2.0
// Errors that nobody caught, and rejections that nobody handles (HTML standard, 8.1.4): first events at the global, then
// the program's failure. The native side asks `answer` once the global has a listener.
import { ErrorEvent, PromiseRejectionEvent } from "./event_types.ts";
import { dispatch, hasListeners } from "./event_target.ts";

const native = require("native:scope");

let reporting = false;

/** Reports an exception as an error event at the global; unless that is canceled, the program fails with it. */
export function reportException(error: unknown): void {
  if (!answerError(error, native.locate(error))) native.fail(error);
}

type Place = [message: string, filename: string, line: number, column: number];

function answerError(error: unknown, [message, filename, lineno, colno]: Place): boolean {
  if (reporting || !hasListeners(globalThis, "error")) return false;
  reporting = true; // an error in an error's listener goes to nobody else
  try {
    return !dispatch(globalThis, new ErrorEvent("error", { cancelable: true, message, filename, lineno, colno, error }), true);
  } finally {
    reporting = false;
  }
}

/** The native side's question: was this dealt with? */
export function answer(type: string, value: unknown, detail: unknown): boolean {
  if (type === "error") return answerError(value, detail as Place);
  if (!hasListeners(globalThis, type)) return false;
  const init = { cancelable: type === "unhandledrejection", promise: detail, reason: value };
  return !dispatch(globalThis, new PromiseRejectionEvent(type, init), true);
}
