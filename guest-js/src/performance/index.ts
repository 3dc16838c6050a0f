// SPDX-License-Identifier: Apache-2.0
// Performance (High Resolution Time, 8; User Timing, 2). Its clock stands still while the program computes.
import { EventTarget } from "group:events";
import { defineInterface, domString, requireArguments } from "group:webidl";
import { createMeasure, noSuchMark, type PerformanceEntry, PerformanceMark, type PerformanceMeasure } from "./entries.ts";
import { announce, select, useSource } from "./observer.ts";

export { PerformanceEntry, PerformanceMark, PerformanceMeasure } from "./entries.ts";
export { PerformanceObserver, PerformanceObserverEntryList } from "./observer.ts";

const native = require("native:scope");
const secret = Symbol("Performance");

// The attributes of PerformanceTiming, which only pages have (User Timing, 3.4).
const windowOnly = new Set([
  "connectEnd", "connectStart", "domComplete", "domContentLoadedEventEnd", "domContentLoadedEventStart", "domInteractive",
  "domLoading", "domainLookupEnd", "domainLookupStart", "fetchStart", "loadEventEnd", "loadEventStart", "navigationStart",
  "redirectEnd", "redirectStart", "requestStart", "responseEnd", "responseStart", "secureConnectionStart",
  "unloadEventEnd", "unloadEventStart",
]);

export class Performance extends EventTarget {
  #timeline: PerformanceEntry[] = [];

  constructor() {
    if (arguments[0] !== secret) throw new TypeError("Illegal constructor");
    super();
    useSource({ buffered: (type) => select(this.#timeline, undefined, type) });
  }

  get timeOrigin(): number {
    this.#timeline;
    return native.timeOrigin();
  }

  now(): number {
    this.#timeline;
    return native.now();
  }

  toJSON(): object {
    return { timeOrigin: this.timeOrigin };
  }

  mark(markName: unknown, markOptions: unknown = undefined): PerformanceMark {
    this.#timeline;
    requireArguments(arguments.length, 1, "Performance.mark");
    return this.#add(new PerformanceMark(markName, markOptions));
  }

  measure(measureName: unknown, startOrMeasureOptions: unknown = undefined, endMark: unknown = undefined): PerformanceMeasure {
    this.#timeline;
    requireArguments(arguments.length, 1, "Performance.measure");
    const name = domString(measureName);
    const end = endMark === undefined ? undefined : domString(endMark);
    return this.#add(createMeasure(name, startOrMeasureOptions, end, (mark) => this.#latestMark(mark)));
  }

  clearMarks(markName: unknown = undefined): void {
    this.#clear("mark", markName);
  }

  clearMeasures(measureName: unknown = undefined): void {
    this.#clear("measure", measureName);
  }

  getEntries(): PerformanceEntry[] {
    return select(this.#timeline, undefined, undefined);
  }

  getEntriesByType(type: unknown): PerformanceEntry[] {
    this.#timeline;
    requireArguments(arguments.length, 1, "Performance.getEntriesByType");
    return select(this.#timeline, undefined, domString(type));
  }

  getEntriesByName(name: unknown, type: unknown = undefined): PerformanceEntry[] {
    this.#timeline;
    requireArguments(arguments.length, 1, "Performance.getEntriesByName");
    return select(this.#timeline, domString(name), type === undefined ? undefined : domString(type));
  }

  #add<T extends PerformanceEntry>(entry: T): T {
    this.#timeline.push(entry);
    announce(entry);
    return entry;
  }

  #clear(type: string, name: unknown): void {
    const wanted = name === undefined ? undefined : domString(name);
    this.#timeline = this.#timeline.filter((entry) => entry.entryType !== type || (wanted !== undefined && entry.name !== wanted));
  }

  #latestMark(name: string): number {
    if (windowOnly.has(name)) throw new TypeError(`There is no time ${name}: this is not a page`);
    const mark = this.#timeline.findLast((entry) => entry.entryType === "mark" && entry.name === name);
    if (mark === undefined) throw noSuchMark(name);
    return mark.startTime;
  }
}

defineInterface(Performance);
export const performance: Performance = new (Performance as any)(secret);
