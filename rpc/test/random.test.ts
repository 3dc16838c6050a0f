// SPDX-License-Identifier: Apache-2.0
// Random values go and come back; random messages are refused or read, and nothing else. The seed is in the test's name.
import assert from "node:assert/strict";
import { test } from "node:test";

import { deserialize, serialize } from "capnweb";

const seed = Number(process.env["MAYFLY_SEED"] ?? 1);

function randomSource(seed: number) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number) => Math.floor(next() * limit);
  return { next, below, of: <T>(list: readonly T[]): T => list[below(list.length)]! };
}

type Random = ReturnType<typeof randomSource>;
const texts = ["", "a", "map", "set", "regexp", "date", "bytes", "__proto__", "constructor", "toJSON", "\ud800", "ä😀"];

function value(random: Random, depth: number): unknown {
  const items = () => Array.from({ length: random.below(4) }, () => value(random, depth - 1));
  switch (random.below(depth > 0 ? 14 : 9)) {
    case 0: return random.of(texts);
    case 1: return random.next() * 1e6;
    case 2: return random.of([null, undefined, true, false]);
    case 3: return random.of([Infinity, -Infinity, NaN, 0]);
    case 4: return BigInt(random.below(1e9)) ** 3n;
    case 5: return new Date(random.of([0, NaN, 1e12]));
    case 6: return random.of([/a/, /(?<x>[^\]/])\/\u{1f600}/u, /^$/dgimsy]);
    case 7: return new Uint8Array([random.below(256), random.below(256)]);
    case 8: return new URL("https://example.org/");
    case 9: return items();
    case 10: return Object.fromEntries(items().map((item, i) => [`k${i}`, item]));
    case 11: return new Map(items().map((item) => [value(random, depth - 1), item]));
    case 12: return new Set(items());
    default: return [items()];
  }
}

test(`random values (seed ${seed})`, () => {
  const random = randomSource(seed);
  for (let i = 0; i < 5_000; i++) {
    const sent = value(random, 5);
    assert.deepStrictEqual(deserialize(serialize(sent)), sent);
  }
});

const heads = [
  "map", "set", "regexp", "date", "bytes", "bigint", "error", "undefined", "inf", "nan", "url", "headers", "request", "response",
  "blob", "import", "pipeline", "remap", "export", "promise", "writable", "readable",
];

function message(random: Random, depth: number): unknown {
  const items = () => Array.from({ length: random.below(4) }, () => message(random, depth - 1));
  switch (random.below(depth > 0 ? 7 : 3)) {
    case 0: return random.of(texts);
    case 1: return random.of([null, true, 0, -1, 1e300]);
    case 2: return "AAAA";
    case 3: return [items()];
    case 4: return JSON.parse(`{${items().map((item) => `${JSON.stringify(random.of(texts))}:${JSON.stringify(item) ?? null}`).join()}}`);
    default: return [random.of(heads), ...items()];
  }
}

test(`random messages (seed ${seed})`, () => {
  const random = randomSource(seed);
  let read = 0;
  for (let i = 0; i < 50_000; i++) {
    const text = JSON.stringify(message(random, 6));
    let got: unknown;
    try {
      got = deserialize(text);
    } catch (error) {
      assert(error instanceof Error, text);
      continue;
    }
    read++;
    // What was read can be sent, unless it stands for something that is not there.
    if (!/"(headers|request|response|error)"/.test(text)) assert.deepStrictEqual(deserialize(serialize(got)), got, text);
  }
  assert(read > 5_000, `${read} messages could be read: the others test little`);
  assert.equal(Object.keys(Object.prototype).length, 0);
  assert.equal((Object.prototype as { k0?: unknown }).k0, undefined);
});
