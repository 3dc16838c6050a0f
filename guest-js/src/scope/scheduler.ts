// SPDX-License-Identifier: Apache-2.0
// Scheduler (Prioritized Task Scheduling): postTask and yield, without priorities that change; and wait, as servers have it.
import { addAlgorithm, isSignal, removeAlgorithm } from "group:events";
import { convert, defineInterface, dictionary, domString, requireArguments } from "group:webidl";

const tasks = require("native:tasks");
const { setTimeout, clearTimeout } = globalThis as any;
const secret = Symbol("Scheduler");

// The most urgent first; within one, the order in which they were posted.
const queues = new Map<string, (() => void)[]>([["user-blocking", []], ["user-visible", []], ["background", []]]);

function runMostUrgent(): void {
  for (const queue of queues.values()) {
    const task = queue.shift();
    if (task !== undefined) return task();
  }
}

function enqueue(priority: string, task: () => void): void {
  queues.get(priority)!.push(task);
  tasks.post(runMostUrgent);
}

function signalOf(options: Record<string, any>, what: string): any {
  const { signal } = options;
  if (signal !== undefined && !isSignal(signal)) throw new TypeError(`${what}: signal is not an AbortSignal`);
  return signal;
}

/** A promise that `begin` settles; it is rejected with the signal's reason when that aborts first. */
function abortable(signal: any, begin: (resolve: (value?: unknown) => void, reject: (reason: unknown) => void) => () => void): Promise<unknown> {
  if (signal?.aborted) return Promise.reject(signal.reason);
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  const settled = (settle: (value: any) => void) => (value: unknown) => {
    if (signal !== undefined) removeAlgorithm(signal, abort);
    settle(value);
  };
  const cancel = begin(settled(resolve), settled(reject));
  const abort = (reason: unknown) => {
    cancel();
    reject(reason);
  };
  if (signal !== undefined) addAlgorithm(signal, abort);
  return promise;
}

export class Scheduler {
  #brand = true;

  constructor() {
    if (arguments[0] !== secret) throw new TypeError("Illegal constructor");
  }

  async postTask(callback: unknown, options: unknown = undefined): Promise<unknown> {
    this.#brand;
    requireArguments(arguments.length, 1, "Scheduler.postTask");
    if (typeof callback !== "function") throw new TypeError("Scheduler.postTask: the callback is not a function");
    const given = dictionary(options, "Scheduler.postTask: options");
    const delay = given.delay === undefined ? 0 : convert["unsigned long long"]!(given.delay, { enforceRange: true });
    const priority = given.priority === undefined ? "user-visible" : domString(given.priority);
    if (!queues.has(priority)) throw new TypeError(`Scheduler.postTask: there is no priority ${priority}`);
    return await abortable(signalOf(given, "Scheduler.postTask"), (resolve, reject) => {
      let canceled = false;
      const run = () => {
        if (canceled) return;
        try {
          resolve(callback.call(undefined));
        } catch (error) {
          reject(error);
        }
      };
      const timer = delay > 0 ? setTimeout(() => enqueue(priority, run), delay) : enqueue(priority, run);
      return () => {
        canceled = true;
        clearTimeout(timer);
      };
    });
  }

  async yield(): Promise<undefined> {
    this.#brand;
    await new Promise<void>((resolve) => enqueue("user-blocking", resolve));
  }

  async wait(milliseconds: unknown, options: unknown = undefined): Promise<undefined> {
    this.#brand;
    requireArguments(arguments.length, 1, "Scheduler.wait");
    const delay = convert["double"]!(milliseconds);
    await abortable(signalOf(dictionary(options, "Scheduler.wait: options"), "Scheduler.wait"), (resolve) => {
      const timer = setTimeout(() => resolve(), delay);
      return () => clearTimeout(timer);
    });
  }
}

defineInterface(Scheduler);
export const scheduler: Scheduler = new (Scheduler as any)(secret);
