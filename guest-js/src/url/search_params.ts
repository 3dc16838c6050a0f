// SPDX-License-Identifier: Apache-2.0
// URLSearchParams (URL standard, 6.2).
import { defineInterface, defineIterable, iteratorMethod, pair, requireArguments, sequence, usvString } from "group:webidl";

const native = require("native:url");
const { register } = require("native:clone");

type Listener = (query: string) => void;

// What URL needs of the object that is its query; set by the class, which alone can see its fields.
export let attach: (params: URLSearchParams_, query: string, changed: Listener) => void;
export let reparse: (params: URLSearchParams_, query: string) => void;
// For bodies: the brand, and the text.
export let isURLSearchParams: (value: object) => boolean;
export let formatQuery: (params: URLSearchParams_) => string;
let pairsOf: (params: URLSearchParams_) => [string, string][];

/** For structuredClone: neither interface of this group is serializable. */
export function refuseCopy(name: string): never {
  const { DOMException } = require("group:dom-exception");
  throw new DOMException(`A ${name} cannot be cloned; clone its text`, "DataCloneError");
}

class URLSearchParams_ {
  #list: string[] = []; // name, value, name, value, ...
  #changed: Listener | undefined;

  constructor(init: unknown = "") {
    if (typeof init === "object" && init !== null) this.#fromObject(init);
    else if (typeof init === "function") this.#fromObject(init);
    else this.#parse(usvString(init).replace(/^\?/, ""));
  }

  #fromObject(init: any): void {
    const method = iteratorMethod(init, "URLSearchParams");
    if (method !== undefined) {
      this.#list = sequence(init, method, (item) => pair(item, usvString, "URLSearchParams")).flat();
      return;
    }
    const record = new Map<string, string>();
    for (const key of Reflect.ownKeys(init)) {
      const property = Reflect.getOwnPropertyDescriptor(init, key);
      if (property?.enumerable) record.set(usvString(key), usvString(init[key]));
    }
    for (const [name, value] of record) this.#list.push(name, value);
  }

  #parse(text: string): void {
    this.#list = text === "" ? [] : native.parseForm(text);
  }

  #update(): void {
    this.#changed?.(native.formatForm(this.#list));
  }

  get size(): number {
    return this.#list.length / 2;
  }

  append(name: unknown, value: unknown): void {
    this.#list;
    requireArguments(arguments.length, 2, "URLSearchParams.append");
    this.#list.push(usvString(name), usvString(value));
    this.#update();
  }

  delete(name: unknown, value: unknown = undefined): void {
    this.#list;
    requireArguments(arguments.length, 1, "URLSearchParams.delete");
    const key = usvString(name);
    const wanted = value === undefined ? undefined : usvString(value);
    this.#keep((k, v) => k !== key || (wanted !== undefined && v !== wanted));
    this.#update();
  }

  #keep(test: (name: string, value: string) => boolean): void {
    const kept: string[] = [];
    for (let i = 0; i < this.#list.length; i += 2) {
      if (test(this.#list[i]!, this.#list[i + 1]!)) kept.push(this.#list[i]!, this.#list[i + 1]!);
    }
    this.#list = kept;
  }

  get(name: unknown): string | null {
    this.#list;
    requireArguments(arguments.length, 1, "URLSearchParams.get");
    const key = usvString(name);
    for (let i = 0; i < this.#list.length; i += 2) if (this.#list[i] === key) return this.#list[i + 1]!;
    return null;
  }

  getAll(name: unknown): string[] {
    this.#list;
    requireArguments(arguments.length, 1, "URLSearchParams.getAll");
    const key = usvString(name);
    const found: string[] = [];
    for (let i = 0; i < this.#list.length; i += 2) if (this.#list[i] === key) found.push(this.#list[i + 1]!);
    return found;
  }

  has(name: unknown, value: unknown = undefined): boolean {
    this.#list;
    requireArguments(arguments.length, 1, "URLSearchParams.has");
    const key = usvString(name);
    const wanted = value === undefined ? undefined : usvString(value);
    for (let i = 0; i < this.#list.length; i += 2) {
      if (this.#list[i] === key && (wanted === undefined || this.#list[i + 1] === wanted)) return true;
    }
    return false;
  }

  set(name: unknown, value: unknown): void {
    this.#list;
    requireArguments(arguments.length, 2, "URLSearchParams.set");
    const key = usvString(name);
    const text = usvString(value);
    let placed = false;
    this.#keep((k) => {
      if (k !== key) return true;
      const first = !placed;
      placed = true;
      return first;
    });
    const at = this.#list.findIndex((each, i) => i % 2 === 0 && each === key);
    if (at < 0) this.#list.push(key, text);
    else this.#list[at + 1] = text;
    this.#update();
  }

  sort(): void {
    const pairs: [string, string][] = [];
    for (let i = 0; i < this.#list.length; i += 2) pairs.push([this.#list[i]!, this.#list[i + 1]!]);
    // By code units, and stable: what `<` and Array.prototype.sort do.
    pairs.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    this.#list = pairs.flat();
    this.#update();
  }

  toString(): string {
    return native.formatForm(this.#list);
  }

  // For URL: the object whose query this is.
  static {
    register({ name: "URLSearchParams", is: (value: object) => #list in value, clone: () => refuseCopy("URLSearchParams") });
    attach = (params, query, changed) => {
      params.#parse(query);
      params.#changed = changed;
    };
    reparse = (params, query) => params.#parse(query);
    isURLSearchParams = (value) => #list in value;
    formatQuery = (params) => native.formatForm(params.#list);
    pairsOf = (params) => {
      const list = params.#list;
      const pairs: [string, string][] = [];
      for (let i = 0; i < list.length; i += 2) pairs.push([list[i]!, list[i + 1]!]);
      return pairs;
    };
  }
}

defineIterable(URLSearchParams_, (self) => pairsOf(self), "URLSearchParams");
export const URLSearchParams = defineInterface(URLSearchParams_, { name: "URLSearchParams" });
export type URLSearchParams = URLSearchParams_;
