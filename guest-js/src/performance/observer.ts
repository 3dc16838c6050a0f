// SPDX-License-Identifier: Apache-2.0
// PerformanceObserver (Performance Timeline, 5).
import { DOMException } from "group:dom-exception";
import { reportException } from "group:events";
import { defineInterface, dictionary, domString, requireArguments } from "group:webidl";
import type { PerformanceEntry } from "./entries.ts";

const tasks = require("native:tasks");
const secret = Symbol("PerformanceObserverEntryList");

export const supportedTypes = Object.freeze(["mark", "measure"]);

/** Entries in the order of their start, perhaps only those of a name and a type. */
export function select(entries: PerformanceEntry[], name: string | undefined, type: string | undefined): PerformanceEntry[] {
  const chosen = entries.filter((entry) => (name === undefined || entry.name === name) && (type === undefined || entry.entryType === type));
  return chosen.sort((a, b) => a.startTime - b.startTime);
}

export class PerformanceObserverEntryList {
  #entries: PerformanceEntry[];

  constructor() {
    if (arguments[0] !== secret) throw new TypeError("Illegal constructor");
    this.#entries = arguments[1];
  }

  getEntries(): PerformanceEntry[] { return select(this.#entries, undefined, undefined); }

  getEntriesByType(type: unknown): PerformanceEntry[] {
    this.#entries;
    requireArguments(arguments.length, 1, "PerformanceObserverEntryList.getEntriesByType");
    return select(this.#entries, undefined, domString(type));
  }

  getEntriesByName(name: unknown, type: unknown = undefined): PerformanceEntry[] {
    this.#entries;
    requireArguments(arguments.length, 1, "PerformanceObserverEntryList.getEntriesByName");
    return select(this.#entries, domString(name), type === undefined ? undefined : domString(type));
  }
}

interface Source {
  buffered(type: string): PerformanceEntry[];
}

const observers = new Set<PerformanceObserver>();
let source: Source = { buffered: () => [] };
let queued = false;
let observe: (observer: PerformanceObserver, entry: PerformanceEntry) => void;
let report: (observer: PerformanceObserver) => void;

export const useSource = (theirs: Source): void => { source = theirs; };

/** A new entry, for all observers of its type. */
export function announce(entry: PerformanceEntry): void {
  for (const observer of observers) observe(observer, entry);
}

function queueReports(): void {
  if (queued) return;
  queued = true;
  tasks.post(() => {
    queued = false;
    for (const observer of [...observers]) report(observer);
  });
}

function typesOf(value: any): string[] {
  if (typeof value !== "object" || value === null) throw new TypeError("PerformanceObserver.observe: entryTypes is not a sequence");
  return [...value].map(domString);
}

export class PerformanceObserver {
  #callback: Function;
  #buffer: PerformanceEntry[] = [];
  #types = new Set<string>();
  #kind: "single" | "multiple" | undefined = undefined;
  #tellDropped = false;

  constructor(callback: unknown) {
    requireArguments(arguments.length, 1, "PerformanceObserver constructor");
    if (typeof callback !== "function") throw new TypeError("PerformanceObserver: the callback is not a function");
    this.#callback = callback;
  }

  static get supportedEntryTypes(): readonly string[] { return supportedTypes; }

  observe(options: unknown = undefined): void {
    this.#buffer;
    const given = dictionary(options, "PerformanceObserver.observe: options");
    const buffered = given.buffered === undefined ? undefined : Boolean(given.buffered);
    const entryTypes: string[] | undefined = given.entryTypes === undefined ? undefined : typesOf(given.entryTypes);
    const type: string | undefined = given.type === undefined ? undefined : domString(given.type);
    if (entryTypes === undefined && type === undefined) throw new TypeError("PerformanceObserver.observe: type or entryTypes is needed");
    if (entryTypes !== undefined && (type !== undefined || buffered !== undefined)) {
      throw new TypeError("PerformanceObserver.observe: entryTypes goes with neither type nor buffered");
    }
    const kind = entryTypes === undefined ? "single" : "multiple";
    if (this.#kind !== undefined && this.#kind !== kind) {
      throw new DOMException("PerformanceObserver.observe: type and entryTypes cannot be mixed", "InvalidModificationError");
    }
    this.#kind = kind;
    this.#tellDropped = true;
    const types = (entryTypes ?? [type!]).filter((each) => supportedTypes.includes(each));
    if (types.length === 0) return;
    if (kind === "multiple") this.#types.clear();
    for (const each of types) this.#types.add(each);
    observers.add(this);
    if (!buffered) return;
    for (const entry of source.buffered(types[0]!)) this.#buffer.push(entry);
    queueReports();
  }

  disconnect(): void {
    this.#buffer = [];
    this.#types.clear();
    this.#kind = undefined;
    observers.delete(this);
  }

  takeRecords(): PerformanceEntry[] {
    const records = this.#buffer;
    this.#buffer = [];
    return records;
  }

  #report(): void {
    if (this.#buffer.length === 0) return;
    const list = new (PerformanceObserverEntryList as any)(secret, this.takeRecords());
    const details = this.#tellDropped ? { droppedEntriesCount: 0 } : {};
    this.#tellDropped = false;
    try {
      this.#callback.call(this, list, this, details);
    } catch (error) {
      reportException(error);
    }
  }

  static {
    observe = (observer, entry) => {
      if (!observer.#types.has(entry.entryType)) return;
      observer.#buffer.push(entry);
      queueReports();
    };
    report = (observer) => observer.#report();
  }
}

defineInterface(PerformanceObserverEntryList);
defineInterface(PerformanceObserver);
