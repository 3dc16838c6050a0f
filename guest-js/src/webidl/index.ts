// SPDX-License-Identifier: Apache-2.0
// What every interface needs from Web IDL (https://webidl.spec.whatwg.org/): conversions, and classes that look as the
// standard says. The numeric and string conversions are those of the npm package webidl-conversions.
import conversions from "webidl-conversions";

export { byteString, enumeration, iteratorMethod, pair, sequence } from "./conversions.ts";

export const convert = conversions as Record<string, (value: unknown, options?: object) => any>;

type Constructor = (abstract new (...values: any[]) => any) & { prototype: any };

interface Description {
  name?: string;
  // Constants, on the interface and on its prototype (3.7.3).
  constants?: Record<string, number>;
}

function makeEnumerable(target: object, skip: string[]): void {
  for (const key of Object.getOwnPropertyNames(target)) {
    if (skip.includes(key)) continue;
    const property = Object.getOwnPropertyDescriptor(target, key)!;
    if (property.configurable) Object.defineProperty(target, key, { ...property, enumerable: true });
  }
}

// The bundler puts an underscore in front of the name of a class that mentions itself.
const nameOf = (type: Constructor): string => type.name.replace(/^_/, "");

/** Makes a class an interface: enumerable members, Symbol.toStringTag, constants (Web IDL, 3.7). Returns it. */
export function defineInterface<T extends Constructor>(type: T, description: Description = {}): T {
  const name = description.name ?? nameOf(type);
  Object.defineProperty(type, "name", { value: name, configurable: true });
  makeEnumerable(type.prototype, ["constructor"]);
  makeEnumerable(type, ["length", "name", "prototype"]);
  for (const [key, value] of Object.entries(description.constants ?? {})) {
    const constant = { value, writable: false, enumerable: true, configurable: false };
    Object.defineProperty(type, key, constant);
    Object.defineProperty(type.prototype, key, constant);
  }
  Object.defineProperty(type.prototype, Symbol.toStringTag, { value: name, configurable: true });
  return type;
}

/** Gives an interface the members of `iterable<K, V>` (Web IDL, 3.7.9) on top of `pairs`, which lists them at any time. */
export function defineIterable<T extends Constructor>(type: T, pairs: (self: any) => [unknown, unknown][], name = nameOf(type)): T {
  const next = Symbol("next");
  const base = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]()));
  class Iteration {
    #self: any;
    #index = 0;
    #kind: string;
    constructor(self: any, kind: string) {
      this.#self = self;
      this.#kind = kind;
    }
    [next](): IteratorResult<unknown> {
      const list = pairs(this.#self);
      if (this.#index >= list.length) return { value: undefined, done: true };
      const pair = list[this.#index++]!;
      const value = this.#kind === "key" ? pair[0] : this.#kind === "value" ? pair[1] : [pair[0], pair[1]];
      return { value, done: false };
    }
    static is(value: unknown): boolean {
      return typeof value === "object" && value !== null && #self in value;
    }
  }
  const prototype = Object.create(base, {
    next: {
      value: {
        next(this: any) {
          if (!Iteration.is(this)) throw new TypeError(`Illegal invocation: this is not a ${name} Iterator`);
          return Iteration.prototype[next].call(this);
        },
      }.next,
      writable: true,
      enumerable: true,
      configurable: true,
    },
    [Symbol.toStringTag]: { value: `${name} Iterator`, configurable: true },
  });
  const make = (self: any, kind: string) => {
    pairs(self); // the brand check
    const iteration = new Iteration(self, kind);
    Object.setPrototypeOf(iteration, prototype);
    return iteration;
  };
  const members = {
    entries() { return make(this, "both"); },
    keys() { return make(this, "key"); },
    values() { return make(this, "value"); },
    forEach(callback: any, self: any = undefined) {
      pairs(this);
      requireArguments(arguments.length, 1, `${name}.forEach`);
      if (typeof callback !== "function") throw new TypeError(`${name}.forEach: the callback is not a function`);
      for (let i = 0; i < pairs(this).length; i++) {
        const [key, value] = pairs(this)[i]!;
        callback.call(self, value, key, this);
      }
    },
  };
  for (const [key, value] of Object.entries(members)) {
    Object.defineProperty(type.prototype, key, { value, writable: true, enumerable: true, configurable: true });
  }
  Object.defineProperty(type.prototype, Symbol.iterator, { value: members.entries, writable: true, configurable: true });
  return type;
}

/** Throws the TypeError of a call with too few arguments. */
export function requireArguments(given: number, needed: number, what: string): void {
  if (given < needed) {
    throw new TypeError(`${what}: ${needed} argument${needed === 1 ? "" : "s"} required, but only ${given} present`);
  }
}

/** A USVString (Web IDL, 3.2.12). */
export function usvString(value: unknown): string {
  return domString(value).toWellFormed();
}

/** A DOMString (Web IDL, 3.2.10). */
export function domString(value: unknown): string {
  if (typeof value === "symbol") throw new TypeError("Cannot convert a Symbol value to a string");
  return String(value);
}

/** A dictionary argument: an object, or nothing (Web IDL, 3.2.17). */
export function dictionary(value: unknown, what: string): Record<string, any> {
  if (value === undefined || value === null) return {};
  if (typeof value !== "object" && typeof value !== "function") throw new TypeError(`${what} is not an object`);
  return value as Record<string, any>;
}

/** A byte sequence argument: the bytes now, as a view of the caller's memory (BufferSource; Web IDL, 3.2.25). */
export function bytesOf(value: unknown, what: string): Uint8Array {
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  throw new TypeError(`${what} is not an ArrayBuffer or a view of one`);
}
