// SPDX-License-Identifier: Apache-2.0
// Requests, retries and event streams against a server that does what a daemon does on a bad day.
import assert from "node:assert/strict";
import { type IncomingMessage, type Server, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";

import { Mayfly, MayflyError, RunFailed } from "../src/index.ts";

type Handler = (request: IncomingMessage, response: ServerResponse, body: string) => void;

async function serve(handler: Handler, retries = 2) {
  const requests: string[] = [];
  const server: Server = createServer((request, response) => {
    let body = "";
    request.on("data", (part) => (body += part));
    request.on("end", () => {
      requests.push(`${request.method} ${request.url}`);
      handler(request, response, body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const mayfly = new Mayfly({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, apiKey: "mf_key", retries });
  return {
    mayfly,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const json = (response: ServerResponse, status: number, value: unknown, headers: Record<string, string> = {}) =>
  response.writeHead(status, { "Content-Type": "application/json", ...headers }).end(JSON.stringify(value));
const ok = { id: "run_1", status: "ok", result: 5, logs: [], logsTruncated: false, usage: { cpuMs: 1, wallMs: 1 } };
const failed = { ...ok, status: "error", result: undefined, error: { code: "E_EXCEPTION", name: "TypeError", message: "no", retryable: false } };
const busy = { error: { code: "E_BUSY", message: "all places are taken", retryable: true } };

test("the request has the key and the document", async () => {
  await using t = await serve((request, response, body) => {
    assert.equal(request.headers.authorization, "Bearer mf_key");
    assert.equal(request.headers.traceparent, "00-1-2-01");
    assert.deepEqual(JSON.parse(body), {
      mainModule: "a.ts", modules: { "a.ts": "1", b: { data: "AQI=" } }, env: { X: 1 }, limits: { cpuMs: 5 }, input: [1],
    });
    json(response, 200, ok);
  });
  const outcome = await t.mayfly.run<number>(
    { mainModule: "a.ts", modules: { "a.ts": "1", b: { data: new Uint8Array([1, 2]) } }, env: { X: 1 }, limits: { cpuMs: 5 }, input: [1] },
    { traceparent: "00-1-2-01" },
  );
  assert.equal(outcome.result, 5);
});

test("a live object in the env of a run is refused here", async () => {
  using mayfly = new Mayfly({ url: "http://127.0.0.1:1" });
  await assert.rejects(mayfly.run({ code: "1", env: { F: () => 1 } }), /env\.F is no JSON/);
});

test("value() is the result, or RunFailed with the outcome", async () => {
  await using t = await serve((_, response, body) => json(response, 200, body.includes("bad") ? failed : ok));
  assert.equal(await t.mayfly.run("good").value(), 5);
  assert.equal((await t.mayfly.run("bad")).status, "error");
  await assert.rejects(t.mayfly.run("bad").value(), (error) => {
    assert(error instanceof RunFailed);
    assert.equal(error.message, "E_EXCEPTION: TypeError: no");
    assert.equal(error.outcome.error.name, "TypeError");
    return true;
  });
});

test("what may be repeated is, after the time that the daemon names", async () => {
  await using t = await serve((_, response) =>
    t.requests.length < 3 ? json(response, 429, busy, { "Retry-After": "0" }) : json(response, 200, ok));
  const outcome = await t.mayfly.run("1", { idempotencyKey: true });
  assert.equal(outcome.status, "ok");
  assert.equal(t.requests.length, 3);
});

test("each try has the same key", async () => {
  const keys: unknown[] = [];
  await using t = await serve((request, response) => {
    keys.push(request.headers["idempotency-key"]);
    if (keys.length === 1) response.destroy();
    else json(response, 200, ok);
  });
  await t.mayfly.run("1", { idempotencyKey: "order-7" });
  assert.deepEqual(keys, ["order-7", "order-7"]);
});

test("a run without a key is sent once", async () => {
  await using t = await serve((_, response) => json(response, 429, busy, { "Retry-After": "3" }));
  await assert.rejects(t.mayfly.run("1"), (error) => {
    assert(error instanceof MayflyError);
    assert.deepEqual([error.code, error.retryable, error.retryAfter], ["E_BUSY", true, 3]);
    return true;
  });
  assert.equal(t.requests.length, 1);
});

test("what is not retryable is not retried", async () => {
  await using t = await serve((_, response) => json(response, 404, { error: { code: "E_NOT_FOUND", message: "no" } }));
  await assert.rejects(t.mayfly.workers.inspect("x"), { code: "E_NOT_FOUND" });
  assert.equal(t.requests.length, 1);
});

test("an answer that is no error document is an error all the same", async () => {
  await using t = await serve((_, response) => response.writeHead(502).end("<html>"), 0);
  await assert.rejects(t.mayfly.workers.list(), { code: "E_INTERNAL", message: /502.*<html>/ });
});

const event = (id: number, name: string, data: unknown) => `id: ${id}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
const log = (text: string) => ({ level: "log", time: 1, args: [text] });
const head = { "Content-Type": "text/event-stream", "Mayfly-Run-Id": "run_1" };

test("logs come as they happen, and a broken stream is taken up again", async () => {
  const resumed: unknown[] = [];
  await using t = await serve((request, response) => {
    response.writeHead(200, head);
    if (request.method === "POST") {
      assert.equal(request.headers.accept, "text/event-stream");
      response.write(`: hello\n\n${event(1, "log", log("one"))}id: 2\nevent: log\ndata: {"level":"lo`, () => response.destroy());
      return;
    }
    resumed.push(request.headers["last-event-id"]);
    if (resumed.length === 1) return void response.write(event(2, "log", log("two")), () => response.destroy());
    response.write(event(2, "gap", { from: 3, to: 3 }));
    response.end(event(3, "log", log("three ä€")).replaceAll("\n", "\r\n") + event(4, "outcome", { ...ok, logs: undefined }));
  });
  const seen: unknown[] = [];
  const outcome = await t.mayfly.run("1", { onLog: ({ args }) => seen.push(args[0]) });
  assert.deepEqual(seen, ["one", "two", "three ä€"]);
  assert.deepEqual(outcome.logs.map(({ args }) => args[0]), seen);
  assert.equal(outcome.result, 5);
  assert.equal(outcome.logsTruncated, true);
  assert.deepEqual(resumed, ["1", "2"]);
  assert.deepEqual(t.requests, ["POST /v1/run", "GET /v1/runs/run_1/events", "GET /v1/runs/run_1/events"]);
});

test("a signal cancels a run that streams", async () => {
  const stop = new AbortController();
  let cancelled!: () => void;
  const cancel = new Promise<void>((resolve) => (cancelled = resolve));
  await using t = await serve((request, response) => {
    if (request.method === "DELETE") {
      json(response, 200, {});
      return cancelled();
    }
    response.writeHead(200, head).write(event(1, "log", log("begun")));
  });
  await assert.rejects(t.mayfly.run("1", { signal: stop.signal, onLog: () => stop.abort() }), { name: "AbortError" });
  await cancel;
  assert.deepEqual(t.requests, ["POST /v1/run", "DELETE /v1/runs/run_1"]);
});

test("a signal ends a plain run by closing its request", async () => {
  const stop = new AbortController();
  let closed!: () => void;
  const gone = new Promise<void>((resolve) => (closed = resolve));
  await using t = await serve((_, response) => {
    response.on("close", closed);
    stop.abort(new RangeError("enough"));
  });
  await assert.rejects(t.mayfly.run("1", { signal: stop.signal }), { name: "RangeError", message: "enough" });
  await gone;
  await assert.rejects(t.mayfly.run("1", { signal: stop.signal }), { message: "enough" });
  assert.equal(t.requests.length, 1);
});

test("a worker's fetch passes method, headers, body and what chooses the entrypoint", async () => {
  await using t = await serve((request, response, body) => {
    const { "mayfly-entrypoint": entrypoint, "mayfly-props": props, "x-a": a } = request.headers;
    response.writeHead(203, { "x-b": "c" }).end(JSON.stringify({ url: request.url, method: request.method, entrypoint, props, a, body }));
  });
  const response = await t.mayfly.workers.fetch("tenant:a@1", "/p/q?r=s", {
    method: "PUT", body: "text", headers: { "x-a": "b" }, entrypoint: "Api", props: { name: "ä" },
  });
  assert.equal(response.status, 203);
  assert.equal(response.headers.get("x-b"), "c");
  assert.deepEqual(await response.json(), {
    url: "/v1/workers/tenant:a@1/fetch/p/q?r=s", method: "PUT", entrypoint: "Api", props: '{"name":"\\u00e4"}', a: "b", body: "text",
  });
});
