// SPDX-License-Identifier: Apache-2.0
// What came of a run or a call. A program's own failure is data; `RunFailed` is for who asks for the value alone.
import type { Limits, LogRecord } from "../../../rpc/index.ts";

/** Why a program failed: what it threw, or which limit it hit. */
export interface RunError {
  code: string;
  message: string;
  retryable: boolean;
  name?: string;
  properties?: Record<string, unknown>;
  stack?: string;
  file?: string;
  line?: number;
  column?: number;
  frames?: { function: string; file: string; line: number; column: number }[];
  codeFrame?: string;
  path?: string;
  [more: string]: unknown;
}

export interface Usage {
  cpuMs: number;
  wallMs: number;
  peakMemoryMb?: number;
  logBytes?: number;
  outputBytes?: number;
  limits?: Limits;
  [more: string]: unknown;
}

interface Report {
  id: string;
  logs: LogRecord[];
  logsTruncated: boolean;
  warnings?: unknown[];
  usage: Usage;
  [more: string]: unknown;
}
export type Outcome<T = unknown> =
  | (Report & { status: "ok"; result: T; error?: undefined })
  | (Report & { status: "error"; result?: undefined; error: RunError });

export class RunFailed extends Error {
  override readonly name = "RunFailed";
  readonly code: string;
  readonly outcome: Outcome & { status: "error" };

  constructor(outcome: Outcome & { status: "error" }) {
    const { code, name, message } = outcome.error;
    super(`${code}: ${name === undefined ? "" : `${name}: `}${message}`);
    this.code = code;
    this.outcome = outcome;
  }
}

/** A promise of the outcome; `value()` is the result alone, or a RunFailed. */
export class OutcomePromise<T> extends Promise<Outcome<T>> {
  // then() makes plain promises.
  static override get [Symbol.species]() {
    return Promise;
  }

  static of<T>(work: Promise<Outcome<T>>): OutcomePromise<T> {
    return new OutcomePromise((resolve, reject) => work.then(resolve, reject));
  }

  async value(): Promise<T> {
    const outcome = await this;
    if (outcome.status === "ok") return outcome.result;
    throw new RunFailed(outcome);
  }
}
