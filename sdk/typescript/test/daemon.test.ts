// SPDX-License-Identifier: Apache-2.0
// The SDK against the daemon: all ways in, every type both ways, and what happens when somebody goes away.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { after, before, describe, test } from "node:test";

import { Mayfly, type LocalMayfly, MayflyError, RpcTarget } from "../src/index.ts";
import { until } from "./backends.ts";

const skip = process.env["MAYFLY_BIN"] === undefined ? "MAYFLY_BIN names no daemon" : false;

const code = (body: string, env: object = {}, rest = "") => ({
  mainModule: "a.ts",
  modules: {
    "a.ts": `import { WorkerEntrypoint, RpcTarget } from "cloudflare:workers";
      export default class extends WorkerEntrypoint { ${body} }
      ${rest}`,
  },
  env,
});

describe("the daemon", { skip }, () => {
  let mayfly: LocalMayfly;
  before(async () => {
    mayfly = await Mayfly.local();
  });
  after(() => mayfly.stop());

  test("is well, on a socket of its own", async () => {
    const health = await mayfly.healthz();
    assert.equal(health.status, "ok");
    assert.match(health.v8, /^\d+\./);
  });

  test("runs a program: value, logs, usage", async () => {
    const outcome = await mayfly.run<number>({ code: "export default (n: number) => { console.log('at', n); return n * 2 }", input: 4 });
    assert.equal(outcome.status, "ok");
    assert.equal(outcome.result, 8);
    assert.deepEqual(outcome.logs.map(({ level, args }) => [level, args]), [["log", ["at", 4]]]);
    assert(outcome.usage.cpuMs > 0);
  });

  test("a program's failure is data", async () => {
    const outcome = await mayfly.run("export default () => { throw Object.assign(new RangeError('no'), { id: 5 }) }");
    assert.equal(outcome.error?.code, "E_EXCEPTION");
    assert.equal(outcome.error?.name, "RangeError");
    assert.deepEqual(outcome.error?.properties, { id: 5 });
    assert.equal((await mayfly.run("export default () => { for (;;); }")).error?.code, "E_CPU");
  });

  test("a malformed request is a MayflyError that names the nearest member", async () => {
    await assert.rejects(mayfly.run({ code: "1", limit: {} } as never), (error) => {
      assert(error instanceof MayflyError);
      assert.equal(error.code, "E_USAGE");
      assert.match(error.message, /limits/);
      return true;
    });
  });

  test("logs stream while the program runs", async () => {
    const seen: unknown[] = [];
    const outcome = await mayfly.run(
      "export default async () => { for (let i = 0; i < 3; i++) { console.log(i); await new Promise((r) => setTimeout(r, 20)); } return 'done' }",
      { onLog: ({ args }) => seen.push(args[0]) },
    );
    assert.deepEqual(seen, [0, 1, 2]);
    assert.equal(outcome.result, "done");
  });

  test("a signal cancels a run, streamed or not", async () => {
    const wait = "export default () => { console.log('begun'); return new Promise((r) => setTimeout(r, 25_000)); }";
    const stop = new AbortController();
    await assert.rejects(mayfly.run(wait, { signal: stop.signal, onLog: () => stop.abort() }), { name: "AbortError" });
    await assert.rejects(mayfly.run(wait, { signal: AbortSignal.timeout(300) }), { name: "TimeoutError" });
  });

  test("an idempotency key runs once", async () => {
    const program = "export default () => Math.random()";
    const [one, two] = [await mayfly.run(program, { idempotencyKey: "k1" }), await mayfly.run(program, { idempotencyKey: "k1" })];
    assert.equal(one.result, two.result);
    assert.equal(one.id, two.id);
    await assert.rejects(mayfly.run("2", { idempotencyKey: "k1" }), { code: "E_CONFLICT" });
  });

  test("two daemons are apart, and each takes its folder with it", async () => {
    const other = await Mayfly.local();
    assert.notEqual(other.socketPath, mayfly.socketPath);
    const { socketPath, pid } = other;
    assert.equal(await other.run("export default () => 1").value(), 1);
    await other.stop();
    assert.equal(existsSync(dirname(socketPath)), false);
    assert.throws(() => process.kill(pid, 0), { code: "ESRCH" });
    await assert.rejects(other.run("1"), { code: "E_UNAVAILABLE" });
  });

  test("a program that is none says so", async () => {
    await assert.rejects(Mayfly.local({ binary: "/nonexistent/mayfly" }), { code: "E_UNAVAILABLE" });
    await assert.rejects(Mayfly.local({ args: ["--no-such-option"] }), (error) => {
      assert(error instanceof MayflyError);
      assert.match(error.message, /no-such-option/);
      return true;
    });
  });

  test("every type goes into a worker and comes back", async () => {
    // An argument's body ends with the call, so it is read in the call.
    using worker = mayfly.load(code(`
      echo(value) { return value; }
      kind(value) { return Object.prototype.toString.call(value); }
      async request(request) { return new Request(request, { body: await request.text() }); }
      async response(response) { return new Response(await response.text(), response); }`));
    const entrypoint = worker.getEntrypoint();
    const bytes = new Uint8Array([0, 1, 254, 255]);
    const values: unknown[] = [
      null, undefined, true, 1.5, Infinity, NaN, "ä😀", 12345678901234567890n, [1, [2]], { a: { b: [] } },
      new Date(5), /a(b)/gi, new Map<unknown, unknown>([[1, new Set(["x"])], ["k", new Map()]]), new Set([1n]),
      bytes, bytes.buffer, new Float64Array([1.5]), new DataView(new ArrayBuffer(3)), new URL("https://example.org/x"),
      new RangeError("no"), Object.assign(new Error("own"), { code: 7 }),
    ];
    for (const value of values) {
      const back = await entrypoint.echo(value);
      if (value instanceof Error) assert.deepEqual([back.name, back.message, back.code], [value.name, value.message, (value as any).code]);
      else assert.deepStrictEqual(back, value);
      assert.equal(await entrypoint.kind(value), Object.prototype.toString.call(value));
    }
    assert.deepEqual([...(await entrypoint.echo(new Headers({ a: "b" })))], [["a", "b"]]);
    assert.equal(await (await entrypoint.echo(new Blob(["text"], { type: "text/plain" }))).text(), "text");
    const request = await entrypoint.request(new Request("http://a/b", { method: "POST", body: "body", headers: { x: "y" } }));
    assert.deepEqual([request.url, request.method, request.headers.get("x"), await request.text()], ["http://a/b", "POST", "y", "body"]);
    const response = await entrypoint.response(new Response("body", { status: 201, headers: { x: "y" } }));
    assert.deepEqual([response.status, response.headers.get("x"), await response.text()], [201, "y", "body"]);
  });

  test("live bindings, callbacks, stubs, pipelining, props", async () => {
    class Counter extends RpcTarget {
      n = 0;
      up(by: number) {
        return (this.n += by);
      }
    }
    const counter = new Counter();
    const env = { COUNTER: counter, double: (n: number) => n * 2, PLAIN: { a: [1] }, TOOLS: { base: 10, add(n: number) { return this.base + n; } } };
    using worker = mayfly.load(code(`
      async all(callback) {
        const { COUNTER, double, PLAIN, TOOLS } = this.env;
        return [await COUNTER.up(2), await double(4), PLAIN, await TOOLS.add(1), await callback(3), this.ctx.props];
      }
      thing() { return new Thing(); }`, env, "class Thing extends RpcTarget { n = 0; up() { return ++this.n; } self() { return this; } }"));
    const entrypoint = worker.getEntrypoint("default", { props: { user: 7 } });
    assert.deepEqual(await entrypoint.all((n: number) => -n), [2, 8, { a: [1] }, 11, -3, { user: 7 }]);
    assert.equal(counter.n, 2);
    assert.equal(await entrypoint.thing().self().up(), 1);
    using thing = await entrypoint.thing();
    assert.deepEqual([await thing.up(), await thing.up()], [1, 2]);
  });

  test("values that are no JSON are in the env as what they are", async () => {
    const env = { WHEN: new Date(5), TABLE: new Map([["a", new Set([/x/g])]]) };
    using worker = mayfly.load(code("all() { return [this.env.WHEN.getTime(), [...this.env.TABLE.get('a')][0].source]; }", env));
    assert.deepEqual(await worker.getEntrypoint().all(), [5, "x"]);
  });

  test("errors both ways keep class, message and properties", async () => {
    const env = { fail: () => { throw Object.assign(new TypeError("of the host"), { code: "H" }); } };
    using worker = mayfly.load(code(`
      throws() { throw Object.assign(new RangeError("of the guest"), { detail: new Map([[1, 2]]) }); }
      async catches() { try { await this.env.fail(); } catch (e) { return [e.name, e.message, e.code, e.remote, e instanceof TypeError]; } }`, env));
    const entrypoint = worker.getEntrypoint();
    await assert.rejects(async () => entrypoint.throws(), (error: any) => {
      assert(error instanceof RangeError);
      assert.deepEqual([error.message, (error as any).remote, (error as any).detail], ["of the guest", true, new Map([[1, 2]])]);
      return true;
    });
    assert.deepEqual(await entrypoint.catches(), ["TypeError", "of the host", "H", true, true]);
  });

  test("streams both ways, with back-pressure", async () => {
    using worker = mayfly.load({
      ...code(`
        async sum(stream, go) { await go(); let n = 0; for await (const c of stream) n += c.length; return n; }
        numbers(count) {
          let i = 0;
          return new ReadableStream({ pull(c) { if (i === count) c.close(); else c.enqueue(new Uint8Array(10_000).fill(i++ % 256)); } });
        }`),
      limits: { cpuMs: 5_000 },
    });
    const entrypoint = worker.getEntrypoint();
    let taken = 0;
    let go!: () => void;
    const gate = new Promise<void>((resolve) => (go = resolve));
    const source = new ReadableStream({
      pull(controller) {
        controller.enqueue(new Uint8Array(64 << 10));
        if (++taken === 64) controller.close();
      },
    });
    let asked = false;
    const sum = entrypoint.sum(source, () => ((asked = true), gate));
    await until(() => asked, "the worker asks whether to go on");
    assert(taken < 32, `${taken} chunks of 64 KiB were taken though nobody reads`);
    go();
    assert.equal(await sum, 64 * (64 << 10));
    let total = 0;
    for await (const chunk of await entrypoint.numbers(300)) total += chunk.length;
    assert.equal(total, 3_000_000);
  });

  test("fetch of an entrypoint, and fetch from the worker to globalOutbound", async () => {
    const seen: string[] = [];
    using worker = mayfly.load({
      ...code(`async fetch(request) {
        const answer = await fetch("https://example.org/x", { method: "POST", body: await request.text(), headers: { "x-a": "b" } });
        return new Response("got " + (await answer.text()), { status: answer.status });
      }`),
      globalOutbound: {
        async fetch(request: Request) {
          seen.push(`${request.method} ${request.url} ${request.headers.get("x-a")} ${await request.text()}`);
          return new Response("outside", { status: 203 });
        },
      },
    });
    const response = await worker.getEntrypoint().fetch("http://worker/", { method: "POST", body: "in" });
    assert.deepEqual([response.status, await response.text(), seen], [203, "got outside", ["POST https://example.org/x b in"]]);
    using sealed = mayfly.load(code("async go() { try { await fetch('https://example.org'); } catch (e) { return 'refused'; } }"));
    assert.equal(await sealed.getEntrypoint().go(), "refused");
  });

  test("one worker is another's binding", async () => {
    using inner = mayfly.load(code("greet(who) { return `hello ${who}`; } fetch() { return new Response('inner'); }"));
    using outer = mayfly.load(code(
      "async go() { return [await this.env.INNER.greet('you'), await (await this.env.INNER.fetch('http://x/')).text()]; }",
      { INNER: inner.getEntrypoint() },
    ));
    assert.deepEqual(await outer.getEntrypoint().go(), ["hello you", "inner"]);
  });

  test("errors of loading are the answer of the first use", async () => {
    using worker = mayfly.load({ mainModule: "a.js", modules: { "a.js": "throw new RangeError('at start')" } });
    await assert.rejects(async () => worker.getEntrypoint().x(), { name: "RangeError", message: "at start", code: "E_EXCEPTION" });
    using broken = mayfly.load({ mainModule: "a.js", modules: { "a.js": "this is no code" } });
    await assert.rejects(broken.ready(), { code: "E_SYNTAX" });
    using nothing = mayfly.load(code("x() {}"));
    await assert.rejects(async () => nothing.getEntrypoint("Nobody").x(), /Nobody/);
  });

  test("a loop ends by its limit, and what is under way learns why", async () => {
    using worker = mayfly.load({ ...code("loop() { for (;;); }"), limits: { cpuMs: 100 } });
    await assert.rejects(async () => worker.getEntrypoint().loop(), { code: "E_CPU" });
  });

  test("logs of a worker, and its tails", async () => {
    const records: unknown[] = [];
    const events: any[] = [];
    {
      using worker = mayfly.load({
        ...code("say(x) { console.log('said', x); console.warn('w'); }"),
        onLog: ({ level, args }) => records.push([level, args]),
        tails: [{ tail: (batch) => void events.push(...batch) }],
      });
      await worker.getEntrypoint().say(5);
      await until(() => records.length === 2, "the logs have come");
    }
    await until(() => events.at(-1)?.outcome !== null, "the outcome has come");
    assert.deepEqual(records, [["log", ["said", 5]], ["warn", ["w"]]]);
    assert.deepEqual(events.flatMap(({ logs }) => logs.map(({ message }: any) => message)), [["said", 5], ["w"]]);
    assert.equal(events.at(-1).outcome, "ok");
  });

  test("get keeps a worker warm by id and content", async () => {
    const counting = { code: "let n = 0; export default { up: () => ++n }" };
    for (let i = 1; i <= 2; i++) {
      using client = new Mayfly({ socketPath: mayfly.socketPath });
      using worker = client.get("warm", counting);
      assert.equal(await worker.getEntrypoint().up(), i);
    }
    using byId = mayfly.get("warm", () => assert.fail("it is warm"));
    assert.equal(await byId.getEntrypoint().up(), 3);
    using other = mayfly.get("warm", { code: "export default { up: () => 'other' }" });
    assert.equal(await other.getEntrypoint().up(), "other");
    await mayfly.workers.evict("warm");
  });

  test("a host worker loads children by its own LOADER, which reach our objects through it", async () => {
    const seen: string[] = [];
    using host = mayfly.load({
      ...code(
        `async go(name) {
          const child = this.env.LOADER.get(name, async () => ({
            mainModule: "c.js",
            modules: { "c.js": \`import { WorkerEntrypoint } from "cloudflare:workers";
              export default class extends WorkerEntrypoint {
                async greet(who) { return [await this.env.HOST.shout(who), this.env.N, this.ctx.props.p, await (await fetch("http://out/")).text()]; }
              }\` },
            env: { HOST: this.ctx.exports.Host({ props: { mark: "!" } }), N: 5 },
            globalOutbound: { fetch: (request) => new Response("out of " + request.url) },
          }));
          return child.getEntrypoint(undefined, { props: { p: 1 } }).greet(name);
        }`,
        { SEEN: (text: string) => void seen.push(text) },
        `export class Host extends WorkerEntrypoint {
          async shout(who) { await this.env.SEEN(who); return who.toUpperCase() + this.ctx.props.mark; }
        }`,
      ),
      loaders: ["LOADER"],
    });
    assert.deepEqual(await host.getEntrypoint().go("ant"), ["ANT!", 5, 1, "out of http://out/"]);
    assert.deepEqual(await host.getEntrypoint().go("ant"), ["ANT!", 5, 1, "out of http://out/"]);
    assert.deepEqual(seen, ["ant", "ant"]);
  });

  test("many workers one after the other, and at once, leave nothing behind", async () => {
    const before = (await mayfly.workers.list()).length;
    const once = async (i: number) => {
      using worker = mayfly.load(code("twice(n) { return this.env.DOUBLE(n); }", { DOUBLE: (n: number) => n * 2 }));
      assert.equal(await worker.getEntrypoint().twice(i), 2 * i);
    };
    for (let i = 0; i < 30; i++) await once(i);
    await Promise.all(Array.from({ length: 30 }, (_, i) => once(i)));
    await until(async () => (await mayfly.workers.list()).length === before, "the workers are gone");
  });

  test("a client that goes takes its fresh workers with it", async () => {
    const client = new Mayfly({ socketPath: mayfly.socketPath });
    const ready = await client.load(code("wait() { return new Promise(() => {}); }")).ready();
    assert((await mayfly.workers.list()).some(({ id }) => id === ready.id));
    client.close();
    await until(async () => (await mayfly.workers.list()).every(({ id }) => id !== ready.id), "the worker is gone");
  });

  test("workers over HTTP: put, list, inspect, call, fetch, pin, evict", async () => {
    const described = await mayfly.workers.put("http", {
      code: `export default {
        add: (a, b) => a + b,
        fail() { throw new TypeError("no"); },
        fetch: async (request) => new Response(new URL(request.url).pathname + " " + (await request.text()), { headers: { "x-a": "b" } }),
      }`,
    });
    assert.equal(described.id, "http");
    assert.equal(await mayfly.workers.call("http", { method: "add", arguments: [1, 2] }).value(), 3);
    assert.equal((await mayfly.workers.call("http", { method: "fail" })).error?.name, "TypeError");
    const response = await mayfly.workers.fetch("http", "/p", { method: "POST", body: "body" });
    assert.deepEqual([await response.text(), response.headers.get("x-a")], ["/p body", "b"]);
    await mayfly.workers.pin("http");
    assert.equal((await mayfly.workers.inspect("http")).pinned, true);
    await mayfly.workers.unpin("http");
    const inspected = await mayfly.workers.inspect("http");
    assert.deepEqual([inspected.state, inspected.pinned], ["warm", false]);
    assert.deepEqual(inspected.entrypoints[0]?.methods.toSorted(), ["add", "fail", "fetch"]);
    await mayfly.workers.evict("http");
    await assert.rejects(mayfly.workers.inspect("http"), { code: "E_NOT_FOUND" });
    const created = await mayfly.workers.create({ code: "export default { one: () => 1 }" });
    assert.match(created.id, /^w_/);
    await mayfly.workers.evict(created.id);
  });

  test("usage and audit tell of what was done", async () => {
    const usage = await mayfly.usage();
    assert(usage.some(({ runs }) => runs > 0));
    const audit = await mayfly.audit({ limit: 1_000 });
    assert(audit.some(({ what }) => what === "run"));
  });
});

test("a daemon that is killed rejects what is under way at once", { skip }, async () => {
  const mayfly = await Mayfly.local();
  try {
    using worker = mayfly.load(code("wait() { return new Promise(() => {}); }"));
    const waiting = [worker.getEntrypoint().wait(), worker.getEntrypoint().wait()].map((call) => Promise.resolve(call));
    await worker.ready();
    process.kill(mayfly.pid, "SIGKILL");
    for (const call of waiting) await assert.rejects(call, { code: "E_UNAVAILABLE", retryable: true });
    await assert.rejects(mayfly.run("1"), { code: "E_UNAVAILABLE" });
  } finally {
    await mayfly.stop();
  }
});
