// SPDX-License-Identifier: Apache-2.0
import util, { inspect } from "node:util";

class Point {
  #hidden = 1;
  constructor(x, y) { this.x = x; this.y = y; }
  get length() { return Math.hypot(this.x, this.y) + this.#hidden; }
}
class Custom {
  [inspect.custom](depth, options, self) { return `Custom<${depth}, ${typeof self}>`; }
}

export default function () {
  const loop = { name: "loop" };
  loop.self = loop;
  const deep = { a: { b: { c: { d: 1 } } } };
  const proxy = new Proxy({ inside: 1 }, { get() { throw new Error("the trap ran"); } });
  const values = [
    1, -0, "it's", 'say "hi"', "line\nbreak", 12345678901234567890n, null, undefined, Symbol("s"), true,
    [1, , 3], [..."abc"], Array.from({ length: 120 }, (_, i) => i), { a: 1, "b-c": 2, [Symbol("k")]: 3 },
    new Map([["k", { v: 1 }], [{}, []]]), new Set([1, "two"]), new WeakMap(), new Point(3, 4), Point, new Custom(),
    function named() {}, () => {}, async () => {}, function* () {}, class {}, class A extends Point {},
    new Date(0), new Date(NaN), /re/gi, new Uint8Array([1, 2, 3]), new ArrayBuffer(4), new DataView(new ArrayBuffer(2)),
    Promise.resolve({ done: true }), Promise.reject(1).catch(() => {}), new Promise(() => {}), proxy, loop, deep,
    Object.create(null), Object.create({ inherited: 1 }), new (class extends Map {})([[1, 2]]), [new Map([[1, 2]]).entries()],
    Object("boxed"), Object(1), Object(1n), Object(Symbol("b")), globalThis.Math, new Error("plain").message,
    { get only() { return 1; }, set only(v) {}, get read() { return 2; } }, [[[[1]]]], "x".repeat(20000).length, [null, undefined],
    (function () { return arguments; })(1, 2), { long: "a".repeat(100), more: "b".repeat(100) }, new WeakSet(), Object.freeze([1]),
  ];
  Promise.reject(new Error("handled")).catch(() => {});
  return {
    texts: values.map((value) => inspect(value)),
    options: [
      inspect(deep, { depth: 0 }), inspect(deep, { depth: Infinity, compact: false }), inspect(proxy, { showProxy: true }),
      inspect({ b: 1, a: 2 }, { sorted: true }), inspect(new Point(1, 2), { getters: true, showHidden: true }),
      inspect([1, 2, 3, 4], { maxArrayLength: 2 }), inspect("abcdef", { maxStringLength: 3 }), inspect({ a: "x" }, { colors: true }),
      inspect(123456789.123, { numericSeparator: true }), inspect({ a: [1, { b: 2 }] }, { breakLength: 5 }),
    ],
    format: [
      util.format("%s %d %i %f %j %o %O %%", "text", 1.5, 2.7, "3.5", { a: 1 }, [1], { b: { c: {} } }), util.format("%s", null, "rest", { a: 1 }),
      util.format(1, 2, "3"), util.format("%s", () => 1), util.format("%d", 10n), util.format("%c styled", "css"), util.format("%s", { toString: () => "own" }),
    ],
  };
}
