// SPDX-License-Identifier: Apache-2.0
// Two sessions of the edited capnweb at the ends of a pipe.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";

import { RpcSession, RpcStub, RpcTarget, deserialize, serialize } from "capnweb";

import { applyEdits } from "../capnweb.mjs";
import { pipe } from "./pipe.ts";

// The package as it is, for comparison.
const upstream = createRequire(import.meta.url)("capnweb") as typeof import("capnweb");

class Counter extends RpcTarget {
  static disposed = 0;
  #count = 0;
  increment(by = 1): number {
    return (this.#count += by);
  }
  [Symbol.dispose](): void {
    Counter.disposed++;
  }
}

class Peer extends RpcTarget {
  echo(value: unknown): unknown {
    return value;
  }
  counter(): Counter {
    return new Counter();
  }
  countersByName(): Map<string, Counter> {
    return new Map([["a", new Counter()], ["b", new Counter()]]);
  }
  async callAll(functions: Map<string, (n: number) => Promise<number>> | Set<(n: number) => Promise<number>>) {
    return Promise.all([...functions.values()].map((call, i) => call(i)));
  }
  // A result may hold a stub only as its own reference; arguments end with the call.
  mirror(value: Map<RpcStub<Counter>, Set<RpcStub<Counter>>>): unknown {
    return new Map([...value].map(([key, set]) => [key.dup(), new Set([...set].map((stub) => stub.dup()))]));
  }
  describe(value: unknown): string {
    return value instanceof Map ? `Map ${JSON.stringify([...value])}` : `Set ${JSON.stringify([...(value as Set<unknown>)])}`;
  }
  throws(value: unknown): never {
    throw value;
  }
  sizes(value: Map<string, Blob>): string {
    return [...value].map(([name, blob]) => `${name}:${blob.size}:${blob.type}`).join();
  }
}

function connect(main: object = new Peer()) {
  const [here, there] = pipe();
  const server = new RpcSession(there, main);
  const client = new RpcSession<Peer>(here);
  return { client, server, here, there, stub: client.getRemoteMain() as any };
}

const turns = async (count = 20) => {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
};

const bytes = new Uint8Array([0, 1, 254, 255]);
const values: Record<string, unknown> = {
  map: new Map<unknown, unknown>([["a", 1], [2, "b"], [null, undefined], [new Date(5), 10n]]),
  "empty map": new Map(),
  set: new Set([1, "1", null, undefined, NaN]),
  "empty set": new Set(),
  regexp: /a(?<name>b)\/\n/giu,
  "regexp of the newest flags": /[\p{L}--[a-z]]/v,
  nested: new Map([[new Set([1]), new Map([["k", [new Map([[1, { deep: new Set([/x/]) }]])]]])]]),
  "names of the prototype": new Map<unknown, unknown>([["__proto__", { x: 1 }], ["constructor", 2], ["toJSON", 3]]),
  "what looks like the wire": [["map", [["a", 1]]], "set", ["regexp", "a", "g"]],
  scalars: [1, 1.5, Infinity, -Infinity, NaN, "text", true, false, null, undefined, 12345678901234567890n],
  dates: [new Date(0), new Date(NaN)],
  bytes: [bytes, bytes.buffer, new Int8Array(bytes), new Float64Array([1.5, -2]), new BigUint64Array([7n])],
  url: new URL("https://example.org/a?b#c"),
};

for (const [name, value] of Object.entries(values)) {
  test(`${name} goes and comes back`, async () => {
    const { stub } = connect();
    assert.deepStrictEqual(await stub.echo(value), value);
    assert.deepStrictEqual(deserialize(serialize(value)), value);
  });
}

test("the wire forms", () => {
  assert.equal(serialize(new Map([["a", [1]]])), '["map",[["a",[[1]]]]]');
  assert.equal(serialize(new Set([1, new Set()])), '["set",[1,["set",[]]]]');
  assert.equal(serialize(/a\/b/gi), '["regexp","a\\\\/b","gi"]');
});

test("the comparison is with another copy", () => assert.throws(() => upstream.serialize(new Map())));

test("what upstream can send has upstream's bytes, both ways", async () => {
  const error = Object.assign(new RangeError("no"), { code: 7, cause: new TypeError("why") });
  const known = [...Object.values(values).slice(9), error, { a: [[]], b: { c: "d" } }, new Headers({ a: "b" })];
  for (const value of known) {
    assert.equal(serialize(value), upstream.serialize(value));
    assert.deepStrictEqual(deserialize(upstream.serialize(value)), deserialize(serialize(value)));
  }
});

test("a session with upstream's capnweb at the other end", async () => {
  const [here, there] = pipe();
  class Old extends upstream.RpcTarget {
    echo(value: unknown) {
      return value;
    }
    call(callback: (n: number) => unknown) {
      return callback(3);
    }
    fail() {
      throw Object.assign(new TypeError("old"), { code: "E_OLD" });
    }
  }
  new upstream.RpcSession(there, new Old());
  const stub = new RpcSession<any>(here).getRemoteMain() as any;
  assert.deepStrictEqual(await stub.echo({ a: [1, new Date(3)], b: 4n }), { a: [1, new Date(3)], b: 4n });
  assert.equal(await stub.call((n: number) => n * 2), 6);
  await assert.rejects(async () => stub.fail(), { name: "TypeError", message: "old", code: "E_OLD", remote: true });
});

test("functions in a Map and in a Set are stubs", async () => {
  const { stub } = connect();
  const [double, negate] = [(n: number) => n * 2, (n: number) => -n];
  assert.deepStrictEqual(await stub.callAll(new Map([["d", double], ["n", negate]])), [0, -1]);
  assert.deepStrictEqual(await stub.callAll(new Set([double, negate])), [0, -1]);
});

test("targets in a Map are stubs, and each is disposed of once", async () => {
  Counter.disposed = 0;
  const { stub, server } = connect();
  const exportsBefore = server.getStats().exports;
  {
    using counters = await stub.countersByName();
    assert.equal(await counters.get("a").increment(5), 5);
    assert.equal(await counters.get("a").increment(), 6);
    assert.equal(await counters.get("b").increment(), 1);
    await turns();
    assert.equal(Counter.disposed, 0);
  }
  await turns();
  assert.equal(Counter.disposed, 2);
  assert.equal(server.getStats().exports, exportsBefore);
});

test("a stub that goes out in a Map comes home as the target", async () => {
  const { stub, client } = connect();
  Counter.disposed = 0;
  const counter = new Counter();
  {
    using back = await stub.mirror(new Map([[counter, new Set([counter])]]));
    const [key, set] = [...(back as Map<any, Set<any>>)][0]!;
    assert.equal(await key.increment(2), 2);
    assert.equal(await [...set][0].increment(2), 4);
    assert.equal(Counter.disposed, 0);
  }
  await turns();
  assert.equal(client.getStats().exports, 1);
  assert.equal(Counter.disposed, 2);  // Once for each place that it was in, as in upstream's arrays.
});

test("promises in collections arrive as their values, in place", async () => {
  const { stub } = connect();
  const promise = () => stub.echo("later");
  const value = new Map<unknown, unknown>([["first", 1], [promise(), promise()], ["last", new Set([promise(), 2])]]);
  const text = await stub.describe(value);
  assert.equal(text, 'Map [["first",1],["later","later"],["last",{}]]');
  assert.equal(await stub.describe(new Set([0, stub.echo("x"), 3, stub.echo(3), stub.echo("y")])), 'Set [0,"x",3,"y"]');
});

test("a Blob, which is read after its message, may be in a Map", async () => {
  const { stub } = connect();
  const blobs = new Map([["a", new Blob(["12345"], { type: "text/plain" })], ["b", new Blob([])]]);
  assert.equal(await stub.sizes(blobs), "a:5:text/plain,b:0:");
});

test("a path does not lead into a Map", async () => {
  const { stub } = connect();
  await assert.rejects(async () => stub.echo(new Map([["a", 1]])).get("a"), /'get' is not a function/);
  assert.equal(await stub.echo(new Map([["a", 1]])).size, undefined);
});

test("errors keep name, message and properties, and say that they are remote", async () => {
  const { stub } = connect();
  const sent = Object.assign(new TypeError("wrong"), { code: "E_X", details: new Map([["k", 1]]), remote: false });
  const error = await stub.throws(sent).catch((e: unknown) => e);
  assert(error instanceof TypeError);
  assert.deepStrictEqual({ ...error }, { remote: true, code: "E_X", details: new Map([["k", 1]]) });
  const abort = await stub.throws(new DOMException("stop", "AbortError")).catch((e: unknown) => e);
  assert.equal(String(abort), "AbortError: stop");
  assert.equal((await stub.echo(new Error("a value"))).remote, true);
  assert.equal((deserialize(serialize(new Error("x"))) as any).remote, undefined);
});

test("an error that is sent on is as it was", async () => {
  const { stub, here } = connect();
  const error = await stub.throws(Object.assign(new Error("m"), { code: 1 })).catch((e: unknown) => e);
  here.sent.length = 0;
  const again = await stub.echo(error);
  assert.equal(again.code, 1);
  assert(!here.sent.join().includes("remote"), here.sent.join());
});

test("subclasses of Uint8Array are bytes", async () => {
  const { stub } = connect();
  const back = await stub.echo(Buffer.from("hello"));
  assert.equal(Object.getPrototypeOf(back), Uint8Array.prototype);
  assert.equal(new TextDecoder().decode(back), "hello");
  assert(back.buffer.byteLength <= 8, "a view of a pool that others use as well");
});

test("an object without a prototype goes as an object", async () => {
  const { stub } = connect();
  assert.deepStrictEqual(await stub.echo(/(?<year>\d+)/.exec("2026")!.groups), { year: "2026" });
});

test("a stub cannot be told from one by its prototype alone", async () => {
  const { stub } = connect();
  for (const fake of [Object.create(Map.prototype), Object.create(Set.prototype), Object.create(RegExp.prototype)]) {
    await assert.rejects(async () => stub.echo(fake), TypeError);
  }
  assert.equal(await stub.echo(1), 1);
});

const hostile: Record<string, string> = {
  "a map that is no list": '["map",{}]',
  "a map of no pairs": '["map",[1]]',
  "a map of triples": '["map",[[1,2,3]]]',
  "a map with more": '["map",[],1]',
  "a set that is no list": '["set","abc"]',
  "a set without items": '["set"]',
  "a regexp of numbers": '["regexp",1,2]',
  "a regexp without flags": '["regexp","a"]',
  "a regexp that is none": '["regexp","(","g"]',
  "flags that are none": '["regexp","a","gg"]',
  "depth of maps": '["map",[[1,'.repeat(300) + "0" + "]]]".repeat(300),
  "depth of sets": '["set",['.repeat(300) + "0" + "]]".repeat(300),
  "depth of both": '["set",[["map",[['.repeat(200) + "0,0" + "]]]]]".repeat(200),
};
for (const [name, text] of Object.entries(hostile)) {
  test(`refused: ${name}`, async () => {
    assert.throws(() => deserialize(text), (e) => e instanceof TypeError || e instanceof SyntaxError);
    // In a session it ends the session, not the process, and what was under way learns of it.
    const { there, stub, here } = connect({ wait: () => new Promise(() => {}) });
    const waiting = stub.wait();
    waiting.catch(() => {});
    here.send(`["push",${text}]`);
    await turns();
    assert(there.aborted !== undefined);
    await assert.rejects(async () => waiting);
  });
}

test("hostile keys set no prototype", () => {
  const value = deserialize('["map",[["__proto__",{"__proto__":{"polluted":1},"a":1}],[{"__proto__":1},["set",["__proto__"]]]]]') as Map<any, any>;
  assert.deepStrictEqual(value.get("__proto__"), { a: 1 });
  assert.equal(({} as any).polluted, undefined);
});

test("a large map is read in time that grows with it", () => {
  const entries = Array.from({ length: 200_000 }, (_, i) => [i, `v${i}`]);
  const value = deserialize(JSON.stringify(["map", entries])) as Map<number, string>;
  assert.equal(value.size, 200_000);
  assert.equal(value.get(199_999), "v199999");
});

test("many promises in one map are delivered in one go", async () => {
  const { stub } = connect();
  const value = new Map(Array.from({ length: 2_000 }, (_, i) => [i, stub.echo(i)]));
  const text: string = await stub.describe(value);
  assert(text.endsWith("[1999,1999]]"));
});

test("a Response and a stream go from one session to another", async () => {
  class Inner extends RpcTarget {
    fetch(request: Request) {
      return new Response(request.url + "x".repeat(300_000), { status: 203 });
    }
    numbers() {
      return { stream: new Blob(["12345"]).stream(), count: 5 };
    }
  }
  const inner = connect(new Inner());
  class Outer extends RpcTarget {
    inner() {
      return inner.stub.dup();
    }
    pass(request: Request) {
      return inner.stub.fetch(request);
    }
  }
  const { stub } = connect(new Outer());
  for (const call of [() => stub.inner().fetch(new Request("http://a/")), () => stub.pass(new Request("http://a/"))]) {
    const response = await call();
    assert.equal(response.status, 203);
    assert.equal((await response.text()).length, 300_009);
  }
  assert.equal(await new Response(await stub.inner().numbers().stream).text(), "12345");
  assert.equal(await stub.inner().numbers().count, 5);
  await turns();
  assert.deepEqual(inner.client.getStats().exports, 1);
});

test("a message above the limit ends the session", async () => {
  const [here, there] = pipe();
  new RpcSession(there, new Peer(), { limits: { maxMessageSize: 1_000 } } as any);
  const stub = new RpcSession<any>(here).getRemoteMain() as any;
  await assert.rejects(async () => stub.echo("x".repeat(2_000)), /maximum size/);
  assert(there.aborted !== undefined);
});

test("a stream keeps its window where no time passes", async (t) => {
  t.mock.method(performance, "now", () => 5);
  let taken = 0;
  let release = () => {};
  const gate = new Promise<void>((resolve) => (release = resolve));
  class Sink extends RpcTarget {
    async drain(stream: ReadableStream<Uint8Array>) {
      let total = 0;
      await gate;
      for await (const chunk of stream) total += chunk.length;
      return total;
    }
  }
  const { stub } = connect(new Sink());
  const chunk = new Uint8Array(64 << 10);
  const source = new ReadableStream({
    pull(controller) {
      controller.enqueue(chunk);
      if (++taken === 64) controller.close();
    },
  });
  const total = stub.drain(source);
  await turns(200);
  assert(taken < 16, `${taken} chunks were taken though nobody reads`);
  release();
  assert.equal(await total, 64 * chunk.length);
});

test("an edit that does not apply stops the build", () => {
  const edit = { what: "nothing", from: "no such text", to: "" };
  assert.throws(() => applyEdits("some text", [edit]), /"nothing" applies 0 times/);
  assert.throws(() => applyEdits("aa", [{ what: "twice", from: "a", to: "b" }]), /"twice" applies 2 times/);
});

test("a stub may be held in a stub's constructor", () => {
  assert(new RpcStub(new Counter()) instanceof RpcTarget);
});
