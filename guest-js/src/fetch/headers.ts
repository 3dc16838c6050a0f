// SPDX-License-Identifier: Apache-2.0
// Headers (Fetch standard, 5.1). As in Workers, no header name is forbidden: that is a rule for browsers.
import { byteString, defineInterface, defineIterable, iteratorMethod, pair, requireArguments, sequence } from "group:webidl";

export type Pairs = readonly (readonly [name: string, value: string])[];

/** Headers around pairs that an interface owns. */
export let makeHeaders: (pairs: Pairs, immutable?: boolean) => Headers;
/** What a HeadersInit says, with every conversion done and nothing checked yet. */
export let readHeadersInit: (init: unknown, what: string) => Pairs;
/** Appends as the method does. */
export let appendAll: (headers: Headers, pairs: Pairs) => void;
/** Name and value, in the order of the names; several values are several pairs. */
export let pairsOfHeaders: (headers: Headers) => Pairs;
export let isHeaders: (value: object) => boolean;
export let isImmutable: (headers: Headers) => boolean;
export let headerValue: (headers: Headers, lowerName: string) => string | null;

const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

function checkedName(name: string): string {
  if (!token.test(name)) throw new TypeError(`Headers: ${JSON.stringify(name)} is not a valid header name`);
  return name.toLowerCase();
}

function checkedValue(name: string, value: string): string {
  const text = value.replace(/^[\t\n\r ]+/, "").replace(/[\t\n\r ]+$/, "");
  if (/[\0\n\r]/.test(text)) throw new TypeError(`Headers: the value of ${name} holds a line break or a zero`);
  return text;
}

const pairOf = (item: unknown): [string, string] => pair(item, (value) => byteString(value, "Headers"), "Headers");

function pairsOfRecord(record: any): Pairs {
  const pairs: [string, string][] = [];
  for (const key of Reflect.ownKeys(record)) {
    if (!Reflect.getOwnPropertyDescriptor(record, key)?.enumerable) continue;
    const name = byteString(key, "Headers");
    pairs[pairs.length] = [name, byteString(record[key], `Headers: the value of ${name}`)];
  }
  return pairs;
}

export class Headers {
  #values = new Map<string, string[]>();
  #immutable = false;
  // The list that iterators walk; made anew after a change.
  #sorted: [string, string][] | undefined;

  constructor(init: unknown = undefined) {
    if (init !== undefined) appendAll(this, readHeadersInit(init, "Headers"));
  }

  #demandMutable(): void {
    if (this.#immutable) throw new TypeError("Headers: these headers are immutable; make a new Headers of them");
  }

  #append(name: string, value: string): void {
    const key = checkedName(name);
    const text = checkedValue(key, value);
    this.#demandMutable();
    const list = this.#values.get(key);
    if (list === undefined) this.#values.set(key, [text]);
    else list[list.length] = text;
    this.#sorted = undefined;
  }

  append(name: unknown, value: unknown): void {
    this.#values;
    requireArguments(arguments.length, 2, "Headers.append");
    this.#append(byteString(name, "Headers.append"), byteString(value, "Headers.append"));
  }

  delete(name: unknown): void {
    this.#values;
    requireArguments(arguments.length, 1, "Headers.delete");
    const key = checkedName(byteString(name, "Headers.delete"));
    this.#demandMutable();
    this.#values.delete(key);
    this.#sorted = undefined;
  }

  get(name: unknown): string | null {
    this.#values;
    requireArguments(arguments.length, 1, "Headers.get");
    return headerValue(this, checkedName(byteString(name, "Headers.get")));
  }

  getSetCookie(): string[] {
    return this.#values.get("set-cookie")?.slice() ?? [];
  }

  has(name: unknown): boolean {
    this.#values;
    requireArguments(arguments.length, 1, "Headers.has");
    return this.#values.has(checkedName(byteString(name, "Headers.has")));
  }

  set(name: unknown, value: unknown): void {
    this.#values;
    requireArguments(arguments.length, 2, "Headers.set");
    const key = byteString(name, "Headers.set");
    const text = checkedValue(checkedName(key), byteString(value, "Headers.set"));
    this.#demandMutable();
    this.#values.set(key.toLowerCase(), [text]);
    this.#sorted = undefined;
  }

  // "Sort and combine".
  #list(): [string, string][] {
    if (this.#sorted !== undefined) return this.#sorted;
    const list: [string, string][] = [];
    for (const name of [...this.#values.keys()].sort()) {
      const values = this.#values.get(name)!;
      if (name !== "set-cookie") list[list.length] = [name, values.join(", ")];
      else for (const value of values) list[list.length] = [name, value];
    }
    this.#sorted = list;
    return list;
  }

  static {
    defineIterable(Headers, (self: Headers) => self.#list());
    const ownIterator = (Headers.prototype as any)[Symbol.iterator];
    const pairsOf = (headers: Headers): Pairs => {
      const pairs: [string, string][] = [];
      for (const [name, values] of headers.#values) for (const value of values) pairs[pairs.length] = [name, value];
      return pairs;
    };
    pairsOfHeaders = pairsOf;
    isHeaders = (value) => #values in value;
    isImmutable = (headers) => headers.#immutable;
    headerValue = (headers, name) => headers.#values.get(name)?.join(", ") ?? null;
    appendAll = (headers, pairs) => {
      for (let i = 0; i < pairs.length; i++) headers.#append(pairs[i]![0], pairs[i]![1]);
    };
    makeHeaders = (pairs, immutable = false) => {
      const headers = new Headers();
      appendAll(headers, pairs);
      headers.#immutable = immutable;
      return headers;
    };
    readHeadersInit = (init: any, what) => {
      if ((typeof init !== "object" && typeof init !== "function") || init === null) {
        throw new TypeError(`${what}: the headers must be an object, a Headers or a list of pairs`);
      }
      const method = iteratorMethod(init, what);
      if (method === undefined) return pairsOfRecord(init);
      if (method === ownIterator && #values in init) return pairsOf(init);
      return sequence(init, method, pairOf);
    };
  }
}
defineInterface(Headers);
