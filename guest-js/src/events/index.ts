// SPDX-License-Identifier: Apache-2.0
import { requireArguments } from "group:webidl";
import { EventTarget, handlerOf, setHandler, watchListeners } from "./event_target.ts";
import { answer, reportException } from "./report.ts";

export { AbortController, AbortSignal, addAlgorithm, createSignal, isSignal, removeAlgorithm, signalAbort } from "./abort.ts";
export { Event, isEvent } from "./event.ts";
export { defineHandlers, dispatch, EventTarget, fire, hasListeners, watchListeners } from "./event_target.ts";
export { CloseEvent, CustomEvent, ErrorEvent, MessageEvent, PromiseRejectionEvent } from "./event_types.ts";
export { reportException };

// The global is a target too. The native side asks about errors from when it has listeners.
const native = require("native:scope");
watchListeners(globalThis, (type) => {
  if (["error", "unhandledrejection", "rejectionhandled"].includes(type)) native.setReporter(answer);
});
export const { addEventListener, removeEventListener, dispatchEvent } = EventTarget.prototype;
export const globalHandler = (type: string): unknown => handlerOf(globalThis, type);
export const setGlobalHandler = (type: string, value: unknown): void => setHandler(globalThis, type, value);

export function reportError(error: unknown): void {
  requireArguments(arguments.length, 1, "reportError");
  reportException(error);
}
