// SPDX-License-Identifier: Apache-2.0
// WebSockets of the daemon, by `ws`: node --test tests/api/sockets.test.mjs with MAYFLY_BIN.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import WebSocket from "ws";

const kTimeout = { timeout: 60_000 };
const kEcho = `export default { fetch(request) {
  if (request.headers.get("upgrade") !== "websocket") return new Response("plain");
  const [client, server] = Object.values(new WebSocketPair());
  server.accept();
  server.addEventListener("message", (event) => server.send(event.data));
  return new Response(null, { status: 101, webSocket: client });
} };`;

let daemon;
let folder;
let base;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "mayfly-sockets-"));
  daemon = spawn(process.env.MAYFLY_BIN, ["serve", "--listen", "127.0.0.1:0", "--data", folder, "--json", "--until-stdin-closes"],
                 { stdio: ["pipe", "pipe", "inherit"] });
  const [line] = await once(createInterface(daemon.stdout), "line");
  base = JSON.parse(line).listening[0].replace("http:", "ws:");
});

after(async () => {
  daemon.stdin.end();
  await once(daemon, "exit");
  rmSync(folder, { recursive: true });
});

function rpc(protocol = "mayfly.rpc.v1") {
  const socket = new WebSocket(`${base}/v1/rpc`, protocol);
  socket.lines = [];
  socket.waiting = [];
  socket.on("message", (data) => {
    const line = data.toString();
    const next = socket.waiting.shift();
    if (next === undefined) socket.lines.push(line);
    else next(line);
  });
  socket.next = async () => socket.lines.shift() ?? new Promise((resolve) => socket.waiting.push(resolve));
  return socket;
}

async function refusedStatus(path, ...options) {
  const socket = new WebSocket(base + path, ...options);
  const [, response] = await once(socket, "unexpected-response");
  response.destroy();
  return response.statusCode;
}

test("a worker's WebSocket: text, bytes beyond the credit, and a close", kTimeout, async () => {
  const body = JSON.stringify({ mainModule: "e.js", modules: { "e.js": kEcho } });
  const put = await fetch(`${base.replace("ws:", "http:")}/v1/workers/echo`, { method: "PUT", body,
    headers: { "content-type": "application/json" } });
  assert.equal(put.status, 201);
  const socket = new WebSocket(`${base}/v1/workers/echo/fetch/`);
  await once(socket, "open");
  socket.send("hello");
  assert.equal((await once(socket, "message"))[0].toString(), "hello");
  const bytes = Buffer.alloc(900_000, 7);
  for (let i = 0; i < 3; i++) socket.send(bytes);
  for (let i = 0; i < 3; i++) assert.equal((await once(socket, "message"))[0].length, bytes.length);
  socket.close(1000, "bye");
  await once(socket, "close");
});

test("the handshake of RPC is checked", kTimeout, async () => {
  assert.equal(await refusedStatus("/v1/rpc", "other"), 400);
  assert.equal(await refusedStatus("/v1/rpc", "mayfly.rpc.v1", { origin: "http://evil.example" }), 403);
  assert.equal((await fetch(`${base.replace("ws:", "http:")}/v1/rpc`)).status, 426);
});

test("a channel: load, ready, close", kTimeout, async () => {
  const socket = rpc();
  await once(socket, "open");
  socket.send(`1 load ${JSON.stringify({ code: "export default { f: () => 1 }" })}`);
  assert.match(await socket.next(), /^1 ready \{/);
  socket.send("1 close");
  assert.equal(await socket.next(), "1 end");
  socket.send(`2 load {"kode": 1}`);
  assert.match(await socket.next(), /^2 end .*E_USAGE.*code/);
  socket.send(`3 get {"id": "nobody"}`);
  assert.equal(await socket.next(), "3 need");
  socket.send("3 close");
  assert.equal(await socket.next(), "3 end");
  socket.close();
  await once(socket, "close");
});

test("nonsense ends the connection", kTimeout, async () => {
  for (const line of ["", "x", "0 close", "1 shout", "1 m x", "2 close", Buffer.from([1])]) {
    const socket = rpc();
    await once(socket, "open");
    socket.send(line);
    const [code] = await once(socket, "close");
    assert.equal(code, 1008, String(line));
  }
});

test("a flood is bounded, and the daemon goes on", kTimeout, async () => {
  const socket = rpc();
  await once(socket, "open");
  for (let i = 1; i <= 20_000; i++) socket.send(`${i} get {"id": "nobody"}`);
  const message = "x".repeat(200_000);
  for (let i = 0; i < 5; i++) socket.send(`1 m ${message}`);
  let line;
  do line = await socket.next(); while (!line.startsWith("1 end"));
  assert.match(line, /E_PROTO/);
  socket.terminate();
  const health = await fetch(`${base.replace("ws:", "http:")}/healthz`);
  assert.equal((await health.json()).status, "ok");
});
