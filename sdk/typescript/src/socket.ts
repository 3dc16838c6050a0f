// SPDX-License-Identifier: Apache-2.0
// A WebSocket to the daemon: `ws` in Node, which can name a Unix socket and send a key; elsewhere the global one.
import type { ClientRequest, IncomingMessage } from "node:http";
import { connect } from "node:net";

import { WebSocket as NodeWebSocket } from "ws";

import { MAX_MESSAGE } from "../../../rpc/index.ts";
import { type Address, errorOfResponse, unreachable } from "./http.ts";

const SUBPROTOCOL = "mayfly.rpc.v1";
const PING_MS = 20_000;

export interface SocketEvents {
  onOpen(): void;
  onText(text: string): void;
  /** The last one. */
  onClose(reason: Error): void;
}

export interface Socket {
  send(text: string): void;
  close(): void;
}

const isBunOrDeno = "Bun" in globalThis || "Deno" in globalThis;

export function openSocket(address: Address, events: SocketEvents): Socket {
  const url = address.url.replace(/^http/, "ws") + "/v1/rpc";
  const headers: Record<string, string> = {};
  if (address.apiKey !== undefined) headers["Authorization"] = `Bearer ${address.apiKey}`;
  return isBunOrDeno && address.socketPath === undefined
    ? openGlobal(url, headers, address, events)
    : openNode(url, headers, address, events);
}

function openNode(url: string, headers: Record<string, string>, address: Address, events: SocketEvents): Socket {
  const { socketPath } = address;
  const socket = new NodeWebSocket(socketPath === undefined ? url : "ws://localhost/v1/rpc", SUBPROTOCOL, {
    headers,
    perMessageDeflate: false,
    maxPayload: 2 * MAX_MESSAGE,
    ...(socketPath === undefined ? {} : { createConnection: () => connect(socketPath) }),
  });
  let over = false;
  let answered = true;
  const end = (reason: Error) => {
    if (over) return;
    over = true;
    clearInterval(pings);
    events.onClose(reason);
  };
  // A peer that vanished without a word is noticed as well.
  const pings = setInterval(() => {
    if (!answered) return socket.terminate();
    answered = socket.readyState !== NodeWebSocket.OPEN;
    if (!answered) socket.ping();
  }, PING_MS);
  pings.unref?.();
  socket.on("pong", () => (answered = true));
  socket.on("open", () => events.onOpen());
  socket.on("message", (data, isBinary) => {
    answered = true;
    if (!isBinary) events.onText(String(data));
  });
  socket.on("unexpected-response", (request, response) => void refused(request, response).then(end));
  socket.on("error", (error) => end(unreachable(address, error)));
  socket.on("close", (code, reason) => end(unreachable(address, new Error(`the connection ended (${code} ${reason})`))));
  return { send: (text) => socket.send(text), close: () => socket.close() };
}

async function refused(request: ClientRequest, response: IncomingMessage): Promise<Error> {
  const parts: Buffer[] = [];
  for await (const part of response) parts.push(part as Buffer);
  request.destroy();
  const headers = new Headers(Object.entries(response.headers).map(([name, value]) => [name, String(value)]));
  const text = async () => Buffer.concat(parts).toString();
  return errorOfResponse({ status: response.statusCode ?? 0, headers, text });
}

function openGlobal(url: string, headers: Record<string, string>, address: Address, events: SocketEvents): Socket {
  const socket = new WebSocket(url, { protocols: [SUBPROTOCOL], headers } as never);
  let over = false;
  const end = (what: string) => {
    if (!over) events.onClose(unreachable(address, new Error(what)));
    over = true;
  };
  socket.addEventListener("open", () => events.onOpen());
  socket.addEventListener("message", ({ data }) => typeof data === "string" && events.onText(data));
  socket.addEventListener("error", () => end("the connection could not be made, or broke"));
  socket.addEventListener("close", ({ code, reason }) => end(`the connection ended (${code} ${reason})`));
  return { send: (text) => socket.send(text), close: () => socket.close() };
}
