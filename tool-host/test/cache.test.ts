// SPDX-License-Identifier: Apache-2.0
// What is remembered, under which bounds.

import assert from "node:assert/strict";
import { test } from "node:test";
import { MapCache } from "../src/map_cache.ts";
import { Transformer } from "../src/transform.ts";
import type { TransformReply } from "../src/protocol.ts";

function mapId(reply: TransformReply): string | null {
  assert.ok(reply.ok);
  return reply.mapId;
}

test("least recently used goes first, by count", () => {
  const cache = new MapCache<{ bytes: number }>(2, 100);
  cache.set("a", { bytes: 1 });
  cache.set("b", { bytes: 1 });
  cache.get("a");
  cache.set("c", { bytes: 1 });
  assert.deepEqual(["a", "b", "c"].map((key) => cache.get(key) !== undefined), [true, false, true]);
});

test("and by bytes", () => {
  const cache = new MapCache<{ bytes: number }>(100, 40);
  for (const key of ["a", "b", "c", "d", "e"]) assert.ok(cache.set(key, { bytes: 10 }));
  assert.deepEqual(["a", "b", "e"].map((key) => cache.get(key) !== undefined), [false, true, true]);
  cache.set("e", { bytes: 1 }); // replaced, not added
  cache.set("f", { bytes: 9 });
  assert.notEqual(cache.get("b"), undefined);
  assert.equal(cache.set("g", { bytes: 11 }), false); // more than a quarter
  assert.notEqual(cache.get("b"), undefined);
});

test("the same source is transformed once, also while it is under way", async () => {
  const transformer = new Transformer();
  const request = { name: "a.ts", lang: "ts", source: "let a: = 1" } as const;
  const first = transformer.transform(request);
  const second = transformer.transform({ ...request });
  assert.equal(transformer.running, 1);
  const [one, two] = await Promise.all([first, second]);
  const third = transformer.transform(request);
  assert.equal(transformer.running, 0); // from the cache
  const errors = [one, two, await third].map((reply) => (reply.ok ? null : reply.error));
  assert.notEqual(errors[0], null);
  assert.equal(errors[0], errors[1]); // one object: the result of one transform
  assert.equal(errors[0], errors[2]);
});

test("errors and untouched sources are remembered too", async () => {
  const transformer = new Transformer();
  for (const source of ["let a: = 1", "let a = 1"]) {
    const request = { name: "a.ts", lang: "auto", source } as const;
    const first = await transformer.transform(request);
    const second = transformer.transform(request);
    assert.equal(transformer.running, 0);
    assert.deepEqual(await second, first);
  }
});

test("map ids differ by name, language and source, and stay the same", async () => {
  const transformer = new Transformer();
  const ids = new Set<string | null>();
  for (const name of ["a", "b"]) {
    for (const lang of ["ts", "tsx"] as const) {
      for (const source of ["let a: 1", "let b: 1"]) ids.add(mapId(await transformer.transform({ name, lang, source })));
    }
  }
  assert.equal(ids.size, 8);
  const again = await new Transformer().transform({ name: "b", lang: "tsx", source: "let b: 1" });
  assert.ok(ids.has(mapId(again)));
});

test("an evicted map maps to null; one too large to keep has no id", async () => {
  const transformer = new Transformer();
  const first = mapId(await transformer.transform({ name: "", lang: "ts", source: "let first: 1" }));
  const positions = [{ line: 1, column: 1 }];
  assert.deepEqual(transformer.map({ mapId: first!, positions }), { positions });
  for (let i = 0; i < 512; i++) await transformer.transform({ name: "", lang: "ts", source: `let a: ${i}` });
  assert.deepEqual(transformer.map({ mapId: first!, positions }), { positions: [null] });
  const large = await transformer.transform({ name: "", lang: "ts", source: `let a: 1 = "${"x".repeat(5_000_000)}"` });
  assert.equal(mapId(large), null);
});
