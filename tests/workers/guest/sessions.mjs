// SPDX-License-Identifier: Apache-2.0
// The other side of a session with a worker: node --import rpc/register.mjs sessions.mjs CASE, with the session's
// messages on descriptor 3, one a line.
import assert from "node:assert/strict";
import { Socket } from "node:net";
import { createInterface } from "node:readline";

import { RpcSession, RpcTarget } from "capnweb";

const socket = new Socket({ fd: 3 });
const inbox = [];
let wake;
createInterface({ input: socket }).on("line", (line) => {
  inbox.push(line);
  wake?.();
});
const transport = {
  async send(text) { socket.write(`${text}\n`); },
  async receive() {
    while (inbox.length === 0) await new Promise((resolve) => { wake = resolve; });
    return inbox.shift();
  },
};
const begin = (main) => new RpcSession(transport, main).getRemoteMain();

class Chat extends RpcTarget {
  said = [];
  say(text) { this.said.push(text); return this.said.length; }
  fail() { throw Object.assign(new RangeError("too loud"), { decibels: 120 }); }
  room(name) { return new Room(name); }
}
class Room extends RpcTarget {
  #name;
  constructor(name) { super(); this.#name = name; }
  title() { return `room ${this.#name}`; }
}

async function rejects(work, expected) {
  const error = await Promise.resolve(work).then(() => assert.fail("it did not reject"), (reason) => reason);
  for (const [key, value] of Object.entries(expected)) assert.deepEqual(error[key], value, `${key} of ${error}`);
}

const cases = {
  async entrypoints() {
    const main = begin({});
    using api = main.entrypoint();
    assert.equal(await api.add(1, 2), 3);
    assert.equal(await api.size, 7);
    assert.deepEqual(await api.props(), {});
    assert.deepEqual(await main.entrypoint(undefined, { user: 5 }).props(), { user: 5 });
    const value = await api.echo(new Map([[1, new Set([2n])], ["d", new Date(5)]]));
    assert.deepEqual(value, new Map([[1, new Set([2n])], ["d", new Date(5)]]));
    assert.equal(await api.callback((n) => n * 10), 420);
    assert.equal(await api.counter(4).value(), 4);
    await rejects(api.fails(), { name: "TypeError", message: "bad", status: 418, remote: true });
    // Nothing else of it can be reached.
    await rejects(api.secret(), { name: "TypeError" });
    await rejects(api._hidden(), { name: "TypeError" });
    assert.equal(await api.field, undefined);
    assert.equal(await api.ctx, undefined);
    const response = await api.fetch(new Request("http://a/b", { method: "POST", body: "text" }));
    assert.equal(response.status, 202);
    assert.equal(await response.text(), "POST http://a/b text");
    assert.equal(await main.entrypoint("double").run(4), 8);
    assert.deepEqual(await main.entrypoint("handler").show("x"), ["x", "value"]);
    await rejects(main.entrypoint("nothing").run(), { name: "TypeError" });
    await rejects(main.entrypoint("number").run(), { name: "TypeError" });
  },

  async bindings() {
    const chat = new Chat();
    const env = { CHAT: chat, twice: (n) => n * 2, WHEN: new Date(7), TABLE: new Map([["a", 1]]) };
    const outbound = new (class extends RpcTarget {
      async fetch(request) { return new Response(`${request.method} ${request.url} ${await request.text()}`, { status: 203 }); }
    })();
    const api = begin({ env, outbound }).entrypoint();
    assert.deepEqual(await api.use(), ["value", 2, 42, 7, 1, "room blue"]);
    assert.deepEqual(chat.said, ["from the top", "hello"]);
    assert.deepEqual(await api.failing(), ["RangeError", "too loud", 120, true]);
    assert.deepEqual(await api.get(), [203, "POST http://example.org/ body"]);
    await rejects(api.data(), { name: "TypeError", message: "fetch failed: only http:, https: and data: URLs can be fetched, not ftp:" });
  },

  async volume() {
    const api = begin({}).entrypoint();
    const large = "x".repeat(1 << 20);
    assert.equal((await api.echo(large)).length, large.length);
    const all = await Promise.all(Array.from({ length: 40 }, () => api.echo("y".repeat(50_000))));
    assert.ok(all.every((text) => text.length === 50_000));
    const stream = await api.bytes(50);
    let size = 0;
    for await (const chunk of stream) size += chunk.length;
    assert.equal(size, 50 * 10_000);
    const up = new ReadableStream({
      start(controller) {
        for (let i = 0; i < 30; i++) controller.enqueue(new Uint8Array(20_000));
        controller.close();
      },
    });
    assert.equal(await api.count(up), 600_000);
  },

  async leaves() {
    const env = { CHAT: { never: () => new Promise(() => {}) } };
    const api = begin({ env }).entrypoint();
    await api.ask();
    socket.write("close\n");
  },

  async latency() {
    const api = begin({ env: { ping: () => 1 } }).entrypoint();
    await api.many(10);
    await api.many(1000);
  },

  async idle() {
    begin({ env: { CHAT: { never: () => new Promise(() => {}) } } });
    await new Promise(() => {});
  },
};

await cases[process.argv[2]]();
socket.write("", () => process.exit(0));
