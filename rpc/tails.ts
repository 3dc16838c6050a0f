// SPDX-License-Identifier: Apache-2.0
// What a worker logged, for its tails: in batches while it runs, and once more with the outcome when it has ended.
import type { LogRecord } from "./channel.ts";
import type { Tail, TailEvent } from "./worker_code.ts";

const outcomes: Record<string, TailEvent["outcome"]> = {
  __proto__: null as never,
  E_EXCEPTION: "exception",
  E_REJECTION: "exception",
  E_CPU: "exceededCpu",
  E_MEM: "exceededMemory",
  E_CANCELLED: "canceled",
};

export class Tails {
  #tails: readonly Tail[];
  #scriptName: string | null;
  #records: LogRecord[] = [];
  #scheduled = false;

  constructor(tails: readonly Tail[], scriptName: string | null) {
    this.#tails = tails;
    this.#scriptName = scriptName;
  }

  onLog(record: LogRecord): void {
    if (this.#tails.length === 0) return;
    this.#records.push(record);
    if (this.#scheduled) return;
    this.#scheduled = true;
    setTimeout(() => this.#send(null, []), 0);
  }

  onEnd(error: (Error & { code?: string }) | undefined): void {
    if (this.#tails.length === 0) return;
    const code = error?.code;
    const exceptions = error === undefined ? [] : [exceptionOf(error)];
    this.#send(error === undefined ? "ok" : (outcomes[code ?? ""] ?? "unknown"), exceptions);
  }

  #send(outcome: TailEvent["outcome"], exceptions: TailEvent["exceptions"]): void {
    this.#scheduled = false;
    if (outcome === null && this.#records.length === 0) return;
    const logs = this.#records.map(({ time, level, args }) => ({ timestamp: time, level, message: args }));
    this.#records = [];
    const event: TailEvent = { scriptName: this.#scriptName, outcome, eventTimestamp: Date.now(), logs, exceptions };
    // A tail that fails is no concern of the worker it listens to.
    for (const tail of this.#tails) void Promise.resolve().then(() => tail.tail([event])).catch(() => {});
  }
}

function exceptionOf(error: Error & { code?: string }): TailEvent["exceptions"][number] {
  const { name, message, code } = error;
  return { timestamp: Date.now(), name, message, ...(code === undefined ? {} : { code }) };
}
