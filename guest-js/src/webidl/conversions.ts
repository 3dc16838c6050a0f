// SPDX-License-Identifier: Apache-2.0
// Conversions of Web IDL that several groups need and webidl-conversions does not have.
import { domString } from "./index.ts";

/** A ByteString (3.2.11): a string whose characters are bytes. */
export function byteString(value: unknown, what: string): string {
  const text = domString(value);
  for (let i = 0; i < text.length; i++) {
    if (text.charCodeAt(i) > 255) throw new TypeError(`${what}: character ${i} is beyond U+00FF, so it is no byte`);
  }
  return text;
}

/** An enumeration value (3.2.18). */
export function enumeration(value: unknown, values: readonly string[], what: string): string {
  const text = domString(value);
  if (!values.includes(text)) throw new TypeError(`${what}: ${JSON.stringify(text)} is none of ${values.join(", ")}`);
  return text;
}

/** The method that makes a value a sequence, or undefined (the overload resolution and union rules of 3.2.24). */
export function iteratorMethod(value: any, what: string): (() => Iterator<unknown>) | undefined {
  const method = value[Symbol.iterator];
  if (method === undefined || method === null) return undefined;
  if (typeof method !== "function") throw new TypeError(`${what}: its Symbol.iterator is not a function`);
  return method;
}

/** A sequence (3.2.21). As there, the iterator is not closed when a conversion throws. */
export function sequence<T>(value: any, method: () => Iterator<unknown>, item: (value: unknown) => T): T[] {
  const iterator = Reflect.apply(method, value, []);
  if (typeof iterator !== "object" || iterator === null) throw new TypeError("the iterator is not an object");
  const next = iterator.next;
  const list: T[] = [];
  while (true) {
    const step = Reflect.apply(next, iterator, []);
    if ((typeof step !== "object" && typeof step !== "function") || step === null) {
      throw new TypeError("the iterator's answer is not an object");
    }
    if (step.done) return list;
    list[list.length] = item(step.value);
  }
}

/** One item of a `sequence<sequence<T>>` that stands for entries: a name and a value. */
export function pair<T>(item: any, convert: (value: unknown) => T, what: string): [T, T] {
  const isObject = (typeof item === "object" && item !== null) || typeof item === "function";
  const method = isObject ? iteratorMethod(item, `${what}: a pair`) : undefined;
  const parts = method === undefined ? undefined : sequence(item, method, convert);
  if (parts?.length !== 2) throw new TypeError(`${what}: each item must be a pair of a name and a value`);
  return parts as [T, T];
}
