// SPDX-License-Identifier: Apache-2.0
// Which values of an env are data and which are live, and how a live one looks to capnweb. A live object is called
// where it is: only its methods and getters are seen, and nobody on the other side disposes of it.
import { RpcStub, RpcTarget } from "./stubs.ts";

/** JSON without loss: what goes with the code. */
export function isPlainData(value: unknown, within: Set<unknown> = new Set()): boolean {
  switch (typeof value) {
    case "string":
    case "boolean":
      return true;
    case "number":
      return Number.isFinite(value) && !Object.is(value, -0);
    case "object":
      break;
    default:
      return false;
  }
  if (value === null) return true;
  if (within.has(value)) return false;
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== Array.prototype && prototype !== null) return false;
  if (typeof (value as { toJSON?: unknown }).toJSON === "function") return false;
  within.add(value);
  const plain = Object.values(value).every((item) => isPlainData(item, within));
  within.delete(value);
  return plain;
}

const isReference = (value: unknown) => value instanceof RpcStub || value instanceof RpcTarget;

/** A value as it is handed to capnweb. `where` is for the message when it cannot be. */
export function liveValue(value: unknown, where: string, within: Set<unknown> = new Set()): unknown {
  // A stub of ours keeps a reference for good, so that the other side's last one is never the last.
  if (typeof value === "function" || value instanceof RpcTarget) {
    return value instanceof RpcStub ? value : new RpcStub(value as never);
  }
  if (typeof value !== "object" || value === null || isReference(value)) return value;
  if (within.has(value)) throw new TypeError(`${where} holds itself: what goes by value has no cycles.`);
  within.add(value);
  const copy = copied(value, (item, name) => liveValue(item, `${where}.${String(name)}`, within));
  within.delete(value);
  return copy;
}

function copied(value: object, copy: (item: unknown, name: unknown) => unknown): unknown {
  switch (Object.getPrototypeOf(value)) {
    case Array.prototype:
      return (value as unknown[]).map(copy);
    case Map.prototype:
      return new Map([...(value as Map<unknown, unknown>)].map(([key, item]) => [copy(key, "key"), copy(item, key)]));
    case Set.prototype:
      return new Set([...(value as Set<unknown>)].map((item) => copy(item, "item")));
    case Object.prototype:
    case null:
      if (Object.values(value).some((item) => typeof item === "function")) return new RpcStub(new Facade(value, true));
      return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, copy(item, name)]));
    default:
      return isValue(value) ? value : new RpcStub(new Facade(value, false));
  }
}

// What capnweb sends by value, or as a stream. Asked by name: in a guest the mere mention of an interface loads it.
const valueNames = new Set([
  "Date", "RegExp", "URL", "Headers", "Request", "Response", "Blob", "ReadableStream", "WritableStream", "ArrayBuffer",
]);
function isValue(value: object): boolean {
  if (ArrayBuffer.isView(value) || value instanceof Error) return true;
  const name = Object.prototype.toString.call(value).slice(8, -1);
  return valueNames.has(name) || valueNames.has(value.constructor?.name);
}

const hidden = (name: string) => name === "constructor" || name === "then" || name.startsWith("_") || name in Object.prototype;

/** An object that is no RpcTarget, seen through one: methods and getters of its classes, of a plain object all members. */
class Facade extends RpcTarget {
  constructor(object: object, own: boolean) {
    super();
    const members = Object.create(Facade.prototype) as object;
    for (const name of namesOf(object, own)) {
      Object.defineProperty(members, name, {
        get: () => {
          const member = Reflect.get(object, name) as unknown;
          return typeof member === "function" ? member.bind(object) : member;
        },
      });
    }
    Object.setPrototypeOf(this, members);
  }
}

function namesOf(object: object, own: boolean): Set<string> {
  const names = new Set<string>(own ? Object.keys(object) : []);
  let at = own ? null : (Object.getPrototypeOf(object) as object | null);
  for (; at !== null && at !== Object.prototype; at = Object.getPrototypeOf(at) as object | null) {
    for (const name of Object.getOwnPropertyNames(at)) if (!hidden(name)) names.add(name);
  }
  return names;
}

/** The target of a worker's fetch(). */
class Outbound extends RpcTarget {
  #fetch: (request: Request) => unknown;
  constructor(fetch: (request: Request) => unknown) {
    super();
    this.#fetch = fetch;
  }
  async fetch(request: Request): Promise<unknown> {
    return this.#fetch(request);
  }
}

export function outboundOf(value: unknown): unknown {
  if (value instanceof RpcStub) return value;
  if (typeof value === "function") return new RpcStub(new Outbound((request) => (value as Function)(request)));
  const fetcher = value as { fetch?: unknown };
  if (typeof fetcher?.fetch !== "function") throw new TypeError("globalOutbound has no fetch().");
  return new RpcStub(new Outbound((request) => (fetcher.fetch as Function).call(fetcher, request)));
}
