// SPDX-License-Identifier: Apache-2.0
// AbortController and AbortSignal (DOM standard, 3).
import { DOMException } from "group:dom-exception";
import { convert, defineInterface, requireArguments } from "group:webidl";
import { defineHandlers, EventTarget, fire, useSignals, watchListeners } from "./event_target.ts";

const tasks = require("native:tasks");
const secret = Symbol("AbortSignal");

// For AbortController, other groups and addEventListener.
export let isSignal: (value: unknown) => value is AbortSignal;
/** Runs `algorithm` with the reason when the signal aborts. The caller has seen that it has not yet. */
export let addAlgorithm: (signal: AbortSignal, algorithm: (reason: unknown) => void) => void;
export let removeAlgorithm: (signal: AbortSignal, algorithm: (reason: unknown) => void) => void;
export let signalAbort: (signal: AbortSignal, reason: unknown) => void;
export const createSignal = (): AbortSignal => new (AbortSignal as any)(secret);

const abortError = () => new DOMException("This operation was aborted", "AbortError");
const timeoutError = () => new DOMException("The operation was aborted due to timeout", "TimeoutError");

export class AbortSignal extends EventTarget {
  #aborted = false;
  #reason: unknown = undefined;
  #algorithms: Set<(reason: unknown) => void> | undefined = undefined;
  #dependents: Set<AbortSignal> | undefined = undefined;
  // The signals that a signal of `any` listens to; undefined for one that is aborted by itself.
  #sources: Set<AbortSignal> | undefined = undefined;
  #timer = 0;
  #observers = 0;

  constructor() {
    if (arguments[0] !== secret) throw new TypeError("Illegal constructor");
    super();
  }

  static abort(reason: unknown = undefined): AbortSignal {
    const signal = createSignal();
    signal.#set(reason === undefined ? abortError() : reason);
    return signal;
  }

  static timeout(milliseconds: unknown): AbortSignal {
    requireArguments(arguments.length, 1, "AbortSignal.timeout");
    const delay = convert["unsigned long long"]!(milliseconds, { enforceRange: true });
    const signal = createSignal();
    signal.#timer = tasks.after(delay, () => {
      signal.#timer = 0;
      signalAbort(signal, timeoutError());
    });
    watchListeners(signal, (type, any) => { if (type === "abort") signal.#observe(any ? 1 : -1); });
    return signal;
  }

  static any(signals: any): AbortSignal {
    requireArguments(arguments.length, 1, "AbortSignal.any");
    if (signals === null || (typeof signals !== "object" && typeof signals !== "function")) {
      throw new TypeError("AbortSignal.any: the argument is not iterable");
    }
    const list: AbortSignal[] = [...signals];
    if (!list.every(isSignal)) throw new TypeError("AbortSignal.any: not every member is an AbortSignal");
    const signal = createSignal();
    const aborted = list.find((each) => each.#aborted);
    if (aborted !== undefined) {
      signal.#set(aborted.#reason);
      return signal;
    }
    signal.#sources = new Set(list.flatMap((each) => (each.#sources === undefined ? [each] : [...each.#sources])));
    for (const source of signal.#sources) (source.#dependents ??= new Set()).add(signal);
    watchListeners(signal, (type, any) => { if (type === "abort") signal.#observe(any ? 1 : -1); });
    return signal;
  }

  get aborted(): boolean { return this.#aborted; }
  get reason(): unknown { return this.#reason; }

  throwIfAborted(): void {
    if (this.#aborted) throw this.#reason;
  }

  #set(reason: unknown): void {
    this.#aborted = true;
    this.#reason = reason;
  }

  // A timeout that nobody listens to keeps no program waiting.
  #observe(change: number): void {
    this.#observers += change;
    if (this.#timer !== 0) tasks.hold(this.#timer, this.#observers > 0);
    for (const source of this.#sources ?? []) source.#observe(change);
  }

  #run(): void {
    const algorithms = this.#algorithms;
    this.#algorithms = undefined;
    for (const algorithm of algorithms ?? []) algorithm(this.#reason);
    fire(this, "abort");
    for (const source of this.#sources ?? []) {
      source.#dependents?.delete(this);
      source.#observe(-this.#observers);
    }
    this.#sources = undefined;
  }

  static {
    isSignal = (value): value is AbortSignal => typeof value === "object" && value !== null && #aborted in value;
    addAlgorithm = (signal, algorithm) => {
      (signal.#algorithms ??= new Set()).add(algorithm);
      signal.#observe(1);
    };
    removeAlgorithm = (signal, algorithm) => {
      if (signal.#algorithms?.delete(algorithm)) signal.#observe(-1);
    };
    signalAbort = (signal, reason) => {
      if (signal.#aborted) return;
      if (signal.#timer !== 0) tasks.cancel(signal.#timer);
      signal.#set(reason === undefined ? abortError() : reason);
      const dependents = [...(signal.#dependents ?? [])].filter((each) => !each.#aborted);
      for (const dependent of dependents) dependent.#set(signal.#reason);
      for (const each of [signal, ...dependents]) each.#run();
    };
  }
}

export class AbortController {
  #signal = createSignal();

  get signal(): AbortSignal { return this.#signal; }
  abort(reason: unknown = undefined): void { signalAbort(this.#signal, reason); }
}

useSignals({ is: isSignal, onAbort: (signal, run) => addAlgorithm(signal, run) });
defineInterface(AbortSignal);
defineInterface(AbortController);
defineHandlers(AbortSignal, isSignal, ["abort"]);
