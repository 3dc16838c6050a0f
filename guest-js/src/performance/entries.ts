// SPDX-License-Identifier: Apache-2.0
// PerformanceEntry (Performance Timeline, 4), PerformanceMark and PerformanceMeasure (User Timing, 3).
import { DOMException } from "group:dom-exception";
import { convert, defineInterface, dictionary, domString, requireArguments } from "group:webidl";

const native = require("native:scope");
const secret = Symbol("PerformanceEntry");

export class PerformanceEntry {
  #name: string;
  #entryType: string;
  #startTime: number;
  #duration: number;

  constructor() {
    if (arguments[0] !== secret) throw new TypeError("Illegal constructor");
    [, this.#name, this.#entryType, this.#startTime, this.#duration] = arguments as any;
  }

  get name(): string { return this.#name; }
  get entryType(): string { return this.#entryType; }
  get startTime(): number { return this.#startTime; }
  get duration(): number { return this.#duration; }

  toJSON(): object {
    return { name: this.#name, entryType: this.#entryType, startTime: this.#startTime, duration: this.#duration };
  }
}

const Entry = PerformanceEntry as unknown as new (...values: unknown[]) => PerformanceEntry;

const detailOf = (value: unknown): unknown => (value === undefined || value === null ? null : structuredCopy(value));
const { structuredClone: structuredCopy } = globalThis as any;

export class PerformanceMark extends Entry {
  #detail: unknown;

  constructor(markName: unknown, markOptions: unknown = undefined) {
    requireArguments(arguments.length, 1, "PerformanceMark constructor");
    const name = domString(markName);
    const { detail, startTime } = dictionary(markOptions, "PerformanceMark: the options");
    const time = startTime === undefined ? native.now() : convert["double"]!(startTime);
    if (time < 0) throw new TypeError("A mark's startTime cannot be negative");
    super(secret, name, "mark", time, 0);
    this.#detail = detailOf(detail);
  }

  get detail(): unknown { return this.#detail; }
}

export class PerformanceMeasure extends Entry {
  #detail: unknown = null;

  constructor() {
    if (arguments[0] !== secret) throw new TypeError("Illegal constructor");
    super(...arguments);
    this.#detail = arguments[5];
  }

  get detail(): unknown { return this.#detail; }
}

type Mark = (name: string) => number; // the time of the latest mark of that name

function timeOf(value: unknown, latest: Mark): number {
  if (typeof value === "string") return latest(value);
  if ((value as number) < 0) throw new TypeError("A time cannot be negative");
  return value as number;
}

// (DOMString or DOMHighResTimeStamp)
const markOrTime = (value: unknown): string | number => (typeof value === "number" ? convert["double"]!(value) : domString(value));

/** The steps of performance.measure() that are not about the timeline. */
export function createMeasure(name: string, startOrOptions: any, endMark: string | undefined, latest: Mark): PerformanceMeasure {
  const options = typeof startOrOptions === "object" || typeof startOrOptions === "function" ? startOrOptions : undefined;
  const { detail, duration, end: endOption, start: startOption } = options === undefined || options === null ? {} as any : optionsOf(options);
  if (options && [detail, duration, endOption, startOption].some((each) => each !== undefined)) {
    if (endMark !== undefined) throw new TypeError("performance.measure: end is given twice");
    if (startOption === undefined && endOption === undefined) throw new TypeError("performance.measure: start or end is needed");
    if (startOption !== undefined && duration !== undefined && endOption !== undefined) {
      throw new TypeError("performance.measure: start, duration and end cannot all be given");
    }
  }
  let end: number;
  if (endMark !== undefined) end = latest(endMark);
  else if (endOption !== undefined) end = timeOf(endOption, latest);
  else if (startOption !== undefined && duration !== undefined) end = timeOf(startOption, latest) + timeOf(duration, latest);
  else end = native.now();
  let start = 0;
  if (startOption !== undefined) start = timeOf(startOption, latest);
  else if (duration !== undefined && endOption !== undefined) start = end - timeOf(duration, latest);
  else if (options === undefined && startOrOptions !== undefined) start = latest(domString(startOrOptions));
  return new (PerformanceMeasure as any)(secret, name, "measure", start, end - start, detailOf(detail));
}

function optionsOf(options: any) {
  const { detail } = options;
  const duration = options.duration === undefined ? undefined : convert["double"]!(options.duration);
  const end = options.end === undefined ? undefined : markOrTime(options.end);
  const start = options.start === undefined ? undefined : markOrTime(options.start);
  return { detail, duration, end, start };
}

export function noSuchMark(name: string): object {
  return new DOMException(`There is no mark called ${JSON.stringify(name)}`, "SyntaxError");
}

for (const type of [PerformanceEntry, PerformanceMark, PerformanceMeasure]) defineInterface(type);
