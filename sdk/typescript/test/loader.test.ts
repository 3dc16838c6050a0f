// SPDX-License-Identifier: Apache-2.0
// The loader over a WebSocket to a relay in this process (relay/), whose workers are threads with a capnweb of their own.
import assert from "node:assert/strict";
import { test } from "node:test";

import { Mayfly, MayflyError, RpcTarget } from "../src/index.ts";
import { Relay } from "./relay/relay.ts";

const agent = (body: string, rest = "") =>
  `import { WorkerEntrypoint, RpcTarget } from "cloudflare:workers";
   export default class extends WorkerEntrypoint { ${body} }
   ${rest}`;
const code = (body: string, env: object = {}, rest = "") => ({
  mainModule: "a.js",
  modules: { "a.js": agent(body, rest) },
  env,
});

async function start() {
  const relay = await Relay.start();
  const mayfly = new Mayfly({ url: relay.url });
  return {
    relay,
    mayfly,
    async [Symbol.asyncDispose]() {
      mayfly.close();
      assert.deepEqual(relay.violations, []);
      await relay[Symbol.asyncDispose]();
    },
  };
}

async function until(condition: () => boolean, what: string): Promise<void> {
  for (let i = 0; i < 500; i++) {
    if (condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert.fail(`waited in vain until ${what}`);
}

test("a fresh worker answers, with props and a plain env", async () => {
  await using t = await start();
  using worker = t.mayfly.load(code("add(a, b) { return { sum: a + b, env: this.env.X, props: this.ctx.props }; }", { X: [1] }));
  const entrypoint = worker.getEntrypoint(undefined, { props: { user: 7 } });
  assert.deepEqual(await entrypoint.add(1, 2), { sum: 3, env: [1], props: { user: 7 } });
  assert.equal((await worker.ready()).state, "warm");
});

test("an entrypoint is no promise", async () => {
  await using t = await start();
  using worker = t.mayfly.load(code("one() { return 1; }"));
  const entrypoint = await worker.getEntrypoint();
  assert.equal("then" in entrypoint, false);
  assert.equal(await entrypoint.one(), 1);
});

test("live bindings: functions, targets, objects with methods, values that are no JSON", async () => {
  await using t = await start();
  class Counter extends RpcTarget {
    n = 0;
    up(by: number) {
      return (this.n += by);
    }
    [Symbol.dispose]() {
      this.n = -1;
    }
  }
  class Room {
    #lines: string[] = [];
    secret = "hidden";
    post(line: string) {
      return this.#lines.push(line);
    }
    get last() {
      return this.#lines.at(-1);
    }
    _inner() {}
  }
  const counter = new Counter();
  const env = {
    double: (n: number) => n * 2,
    COUNTER: counter,
    ROOM: new Room(),
    TOOLS: { base: 10, add(n: number) { return this.base + n; } },
    WHEN: new Date(5),
    TABLE: new Map([["a", new Set([/x/g])]]),
  };
  using worker = t.mayfly.load(code(`
    async all() {
      const { double, COUNTER, ROOM, TOOLS, WHEN, TABLE } = this.env;
      const refused = [];
      for (const f of [() => ROOM.secret, () => ROOM._inner(), () => ROOM.constructor()]) {
        refused.push(await Promise.resolve().then(f).then((x) => x === undefined ? "undefined" : "seen", () => "refused"));
      }
      return [await double(4), await COUNTER.up(2), await ROOM.post("hi"), await ROOM.last, await TOOLS.add(1),
              WHEN.getTime(), [...TABLE.get("a")][0].source, refused];
    }`, env));
  const entrypoint = worker.getEntrypoint();
  assert.deepEqual(await entrypoint.all(), [8, 2, 1, "hi", 11, 5, "x", ["undefined", "refused", "refused"]]);
  worker[Symbol.dispose]();
  await until(() => t.relay.workers.size === 0, "the worker has ended");
  assert.equal(counter.n, 2, "the worker disposed of what is not its own");
});

test("callbacks, stubs and pipelining in one round trip", async () => {
  await using t = await start();
  using worker = t.mayfly.load(code(
    "counter() { return new Counter(); } async each(list, f) { const out = []; for (const x of list) out.push(await f(x)); return out; }",
    {},
    "class Counter extends RpcTarget { n = 0; up() { return ++this.n; } self() { return this; } }",
  ));
  const entrypoint = worker.getEntrypoint();
  assert.equal(await entrypoint.counter().self().up(), 1);
  assert.deepEqual(await entrypoint.each([1, 2, 3], (x: number) => x * x), [1, 4, 9]);
});

test("calls are sent before the worker has started", async () => {
  await using t = await start();
  using worker = t.mayfly.load(code("one() { return 1; }"));
  const answer = worker.getEntrypoint().one();
  assert.equal(await answer, 1);
  assert(t.relay.verbs.indexOf("m") > t.relay.verbs.indexOf("load"));
});

test("an error of loading is the answer of the first use, and keeps its class", async () => {
  await using t = await start();
  using worker = t.mayfly.load({ mainModule: "a.js", modules: { "a.js": "throw new RangeError('at start')" } });
  await assert.rejects(worker.ready(), { name: "RangeError", message: "at start", code: "E_EXCEPTION", remote: true });
  await assert.rejects(async () => worker.getEntrypoint().x(), { name: "RangeError", message: "at start" });
  using refused = t.mayfly.load({ mainModule: "a.js", modules: {}, oddity: 1 } as never);
  assert.throws(() => refused.getEntrypoint(), /no "oddity"/);
});

test("errors of calls keep name, message and properties", async () => {
  await using t = await start();
  using worker = t.mayfly.load(code("fail() { throw Object.assign(new TypeError('no'), { detail: new Map([[1, 2]]) }); }"));
  await assert.rejects(async () => worker.getEntrypoint().fail(), (error: any) => {
    assert.equal(error.name, "TypeError");
    assert.equal(error.remote, true);
    assert.deepEqual(error.detail, new Map([[1, 2]]));
    return true;
  });
});

test("large messages both ways keep to the credit", async () => {
  await using t = await start();
  using worker = t.mayfly.load(code("echo(x) { return x; }"));
  const entrypoint = worker.getEntrypoint();
  const texts = Array.from({ length: 12 }, (_, i) => "ä€😀x".repeat(20_000) + i);
  assert.deepEqual(await Promise.all(texts.map((text) => entrypoint.echo(text))), texts);
  await assert.rejects(async () => entrypoint.echo("x".repeat(9 << 20)), { code: "E_TOO_LARGE" });
});

test("byte streams both ways, with back-pressure", async () => {
  await using t = await start();
  using worker = t.mayfly.load(code(`
    async sum(stream, go) { await go(); let n = 0; for await (const c of stream) n += c.length; return n; }
    numbers(count) {
      let i = 0;
      return new ReadableStream({ pull(c) { if (i === count) c.close(); else c.enqueue(new Uint8Array(1000).fill(i++ % 256)); } });
    }`));
  const entrypoint = worker.getEntrypoint();
  let taken = 0;
  let go!: () => void;
  const gate = new Promise<void>((resolve) => (go = resolve));
  const source = new ReadableStream({
    pull(controller) {
      controller.enqueue(new Uint8Array(64 << 10));
      if (++taken === 100) controller.close();
    },
  });
  const sum = entrypoint.sum(source, () => gate);
  await entrypoint.numbers(0); // a round trip later
  assert(taken < 50, `${taken} chunks of 64 KiB were taken though nobody reads`);
  go();
  assert.equal(await sum, 100 * (64 << 10));
  let total = 0;
  for await (const chunk of await entrypoint.numbers(2000)) total += chunk.length;
  assert.equal(total, 2_000_000);
});

test("get: one worker for one id and content, another for other content", async () => {
  await using t = await start();
  const counting = code("up() { return globalThis.n = (globalThis.n ?? 0) + 1; }");
  {
    using first = t.mayfly.get("a", counting);
    assert.equal(await first.getEntrypoint().up(), 1);
    using second = t.mayfly.get("a", counting);
    assert.equal(await second.getEntrypoint().up(), 2);
  }
  using third = t.mayfly.get("a", () => assert.fail("asked for code that is warm"));
  assert.equal(await third.getEntrypoint().up(), 3);
  using other = t.mayfly.get("a", code("up() { return 'other'; }"));
  assert.equal(await other.getEntrypoint().up(), "other");
});

test("get: warm workers are found by another client, which is asked for the code only on a miss", async () => {
  await using t = await start();
  const counting = code("up() { return globalThis.n = (globalThis.n ?? 0) + 1; }");
  let asked = 0;
  const source = async () => (asked++, counting);
  for (let i = 1; i <= 3; i++) {
    using client = new Mayfly({ url: t.relay.url });
    assert.equal(await client.get("b", source).getEntrypoint().up(), i);
  }
  assert.equal(asked, 1);
  assert.equal(t.relay.workers.size, 1);
});

test("get: an error of the callback is the answer", async () => {
  await using t = await start();
  using worker = t.mayfly.get("c", () => { throw new RangeError("no code today"); });
  await assert.rejects(async () => worker.getEntrypoint().x(), { name: "RangeError", message: "no code today" });
  using fresh = t.mayfly.get(null, async () => { throw new RangeError("none either"); });
  await assert.rejects(async () => fresh.getEntrypoint().x(), { message: "none either" });
  using again = t.mayfly.get("c", () => code("x() { return 1; }"));
  assert.equal(await again.getEntrypoint().x(), 1, "the error was remembered");
});

test("get: other live bindings are another worker", async () => {
  await using t = await start();
  const body = "who() { return this.env.WHO(); }";
  const [one, two] = [() => "one", () => "two"];
  using first = t.mayfly.get("d", code(body, { WHO: one }));
  using second = t.mayfly.get("d", code(body, { WHO: two }));
  using third = t.mayfly.get("d", code(body, { WHO: two }));
  assert.equal(await first.getEntrypoint().who(), "one");
  assert.equal(await second.getEntrypoint().who(), "two");
  assert.equal(await third.getEntrypoint().who(), "two");
  assert.equal(t.relay.workers.size, 2);
});

test("get: a worker with live bindings stays for the next get of its client", async () => {
  await using t = await start();
  const counting = code("up() { globalThis.n = (globalThis.n ?? 0) + 1; return this.env.SEEN(globalThis.n); }", { SEEN: (n: number) => n });
  for (let i = 1; i <= 3; i++) {
    using worker = t.mayfly.get("e", counting);
    assert.equal(await worker.getEntrypoint().up(), i);
  }
  for (let i = 0; i < 3; i++) {
    using worker = t.mayfly.get("f", () => counting);
    assert.equal(await worker.getEntrypoint().up(), i + 1);
  }
  assert.equal(t.relay.workers.size, 2);
});

test("disposal ends a fresh worker, and a call under way", async () => {
  await using t = await start();
  const worker = t.mayfly.load(code("wait() { return new Promise(() => {}); }"));
  const waiting = worker.getEntrypoint().wait();
  await worker.ready();
  worker[Symbol.dispose]();
  await assert.rejects(async () => waiting, { code: "E_CANCELLED" });
  await until(() => t.relay.workers.size === 0, "the worker has ended");
  assert.throws(() => worker.getEntrypoint(), /disposed/);
});

test("a lost connection rejects what is under way at once, and the next load connects again", async () => {
  await using t = await start();
  using worker = t.mayfly.load(code("wait() { return new Promise(() => {}); } one() { return 1; }"));
  const waiting = worker.getEntrypoint().wait();
  await worker.ready();
  for (const socket of t.relay.sockets) socket.terminate();
  await assert.rejects(async () => waiting, (e) => e instanceof MayflyError && e.code === "E_UNAVAILABLE" && e.retryable);
  await until(() => t.relay.workers.size === 0, "the worker has ended");
  using next = t.mayfly.load(code("one() { return 1; }"));
  assert.equal(await next.getEntrypoint().one(), 1);
});

test("a worker that ends rejects what is under way", async () => {
  await using t = await start();
  using worker = t.mayfly.load(code("die() { process.exit(1); }"));
  await assert.rejects(async () => worker.getEntrypoint().die(), { code: "E_HOST_CRASHED" });
});

test("a worker may be another's binding", async () => {
  await using t = await start();
  using inner = t.mayfly.load(code("greet(who) { return `hello ${who}`; }"));
  using outer = t.mayfly.load(code("go() { return this.env.INNER.greet('you'); }", { INNER: inner.getEntrypoint() }));
  assert.equal(await outer.getEntrypoint().go(), "hello you");
});

test("a worker that floods its host with calls is ended, not served", async () => {
  await using t = await start();
  let calls = 0;
  const env = { never: () => (calls++, new Promise(() => {})) };
  using worker = t.mayfly.load(code("flood() { for (let i = 0; i < 100_000; i++) this.env.never(i); return new Promise(() => {}); }", env));
  await assert.rejects(async () => worker.getEntrypoint().flood(), { code: "E_LIMIT" });
  assert(calls < 20_000, `${calls} calls are under way`);
});

test("globalOutbound: the worker's requests come to an object with fetch", async () => {
  await using t = await start();
  const seen: string[] = [];
  const outbound = {
    async fetch(request: Request) {
      seen.push(`${request.method} ${request.url} ${await request.text()}`);
      return Response.json({ ok: true }, { status: 201, headers: { "x-a": "b" } });
    },
  };
  using worker = t.mayfly.load({
    ...code(`async go() {
      const response = await globalThis.outbound.fetch(new Request("https://example.org/x", { method: "POST", body: "hi" }));
      return [response.status, response.headers.get("x-a"), await response.json()];
    }`),
    globalOutbound: outbound,
  });
  assert.deepEqual(await worker.getEntrypoint().go(), [201, "b", { ok: true }]);
  assert.deepEqual(seen, ["POST https://example.org/x hi"]);
});

test("fetch() of an entrypoint takes what the global one takes", async () => {
  await using t = await start();
  using worker = t.mayfly.load(code(`async fetch(request) {
    if (request.url.endsWith("/slow")) await new Promise(() => {});
    return new Response(await request.text() + " back", { status: 202 });
  }`));
  const entrypoint = worker.getEntrypoint();
  const response = await entrypoint.fetch("http://worker/", { method: "POST", body: "there and" });
  assert.equal(response.status, 202);
  assert.equal(await response.text(), "there and back");
  const stop = new AbortController();
  const slow = entrypoint.fetch("http://worker/slow", { signal: stop.signal });
  stop.abort();
  await assert.rejects(slow, { name: "AbortError" });
});

test("lower limits go with the first entrypoint, not with a later one", async () => {
  await using t = await start();
  using worker = t.mayfly.load({ ...code("one() { return 1; }"), limits: { cpuMs: 100 } });
  assert.equal(await worker.getEntrypoint(undefined, { limits: { cpuMs: 50 } }).one(), 1);
  assert.equal(await worker.getEntrypoint(undefined, { limits: { cpuMs: 50 } }).one(), 1);
  assert.throws(() => worker.getEntrypoint(undefined, { limits: { cpuMs: 10 } }), /lower limits/);
});

test("nothing listens: the error says where, and may be retried", async () => {
  using mayfly = new Mayfly({ url: "http://127.0.0.1:1", retries: 0 });
  using worker = mayfly.load(code("one() {}"));
  await assert.rejects(async () => worker.getEntrypoint().one(), { code: "E_UNAVAILABLE", retryable: true });
  await assert.rejects(async () => mayfly.run("1"), { code: "E_UNAVAILABLE", message: /127\.0\.0\.1:1/ });
});

test("a refused upgrade is the daemon's error", async () => {
  await using t = await start();
  using mayfly = new Mayfly({ url: `${t.relay.url}/elsewhere` });
  await assert.rejects(mayfly.load(code("one() {}")).ready(), MayflyError);
});
