// SPDX-License-Identifier: Apache-2.0
import assert, { AssertionError } from "node:assert";
import strict from "node:assert/strict";

const attempts = {
  equal: () => assert.equal(1, 2), strictEqual: () => assert.strictEqual(1, 2), strictEqualText: () => assert.strictEqual("a\nb\nc", "a\nx\nc"),
  own: () => assert.strictEqual(1, 2, "said so"), thrown: () => assert.strictEqual(1, 2, new TypeError("mine")),
  deep: () => assert.deepStrictEqual({ a: 1, b: [1, 2, { c: 3 }] }, { a: 1, b: [1, 2, { c: 4 }] }),
  deepMap: () => assert.deepStrictEqual(new Map([[1, "a"]]), new Map([[1, "b"]])), loose: () => assert.deepEqual([1, "2"], [1, 2]),
  notDeep: () => assert.notDeepStrictEqual({ a: 1 }, { a: 1 }), notStrict: () => assert.notStrictEqual(1, 1),
  throws: () => assert.throws(() => {}), throwsWrong: () => assert.throws(() => { throw new Error("actual"); }, { message: "expected" }),
  doesNotThrow: () => assert.doesNotThrow(() => { throw new Error("bad"); }, "why"), match: () => assert.match("abc", /x/),
  doesNotMatch: () => assert.doesNotMatch("abc", /b/), fail: () => assert.fail(), failText: () => assert.fail("text"),
  ifError: () => assert.ifError(new Error("given")), strictMode: () => strict.deepEqual([1], ["1"]), partial: () => assert.partialDeepStrictEqual({ a: 1 }, { a: 2 }),
  good: () => { assert.ok(1); assert.throws(() => { throw new TypeError("x"); }, TypeError); assert.deepEqual({ a: 1 }, { a: "1" }); strict.notEqual(1, "1"); return "good"; },
  noArguments: () => assert.ok(),
};

export default async function () {
  const outcomes = {};
  for (const [name, attempt] of Object.entries(attempts)) {
    try {
      outcomes[name] = attempt() ?? "nothing";
    } catch (error) {
      const { code, message, actual, expected, operator, generatedMessage } = error;
      outcomes[name] = [error.name, code, message, operator, generatedMessage, typeof actual, typeof expected];
    }
  }
  outcomes.rejects = await assert.rejects(Promise.resolve(1)).catch((error) => error.message);
  outcomes.rejected = await assert.rejects(Promise.reject(new RangeError("r")), RangeError);
  outcomes.class = [new AssertionError({ actual: 1, expected: 2, operator: "strictEqual" }).message, strict.strict === strict];
  return outcomes;
}
