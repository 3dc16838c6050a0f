// SPDX-License-Identifier: Apache-2.0
// The daemon's side of `GET /v1/rpc` as docs/api.md has it: a WebSocket, channels, credit, and a thread for each worker.
// It counts what it is sent, and breaks off when a message comes without credit.
import { createHash } from "node:crypto";
import { type Server, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Worker } from "node:worker_threads";

import { type WebSocket, WebSocketServer } from "ws";

const INITIAL_CREDIT = 256 * 1024;

export class Relay {
  readonly workers = new Set<Guest>();
  readonly violations: string[] = [];
  readonly verbs: string[] = [];
  readonly sockets = new Set<WebSocket>();
  #warm = new Map<string, Guest>();
  #http: Server;

  private constructor(http: Server) {
    this.#http = http;
    const server = new WebSocketServer({ server: http, path: "/v1/rpc", handleProtocols: () => "mayfly.rpc.v1" });
    server.on("connection", (socket) => this.#serve(socket));
  }

  static async start(): Promise<Relay> {
    const http = createServer((_, response) => response.writeHead(404).end("{}"));
    await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
    return new Relay(http);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.sockets) socket.terminate();
    await Promise.all([...this.workers].map((worker) => worker.end()));
    await new Promise((resolve) => this.#http.close(resolve));
  }

  #serve(socket: WebSocket): void {
    this.sockets.add(socket);
    const channels = new Map<number, Channel>();
    let last = 0;
    socket.on("message", (data) => {
      const text = String(data);
      const [, number, verb, payload = ""] = /^(\d+) (\w+)(?: ([^]*))?$/.exec(text) ?? [];
      const channel = Number(number);
      this.verbs.push(verb!);
      const say = (verb: string, payload?: string) => socket.send(`${channel} ${verb}${payload === undefined ? "" : ` ${payload}`}`);
      if (verb === "load" || verb === "get") {
        if (channel <= last) this.violations.push(`channel ${channel} after ${last}`);
        last = channel;
        const opened = new Channel(this, say);
        channels.set(channel, opened);
        if (verb === "load") opened.attach(this.#start(payload, true));
        else this.#get(opened, JSON.parse(payload));
        return;
      }
      const to = channels.get(channel);
      if (to === undefined) return;
      if (verb === "code") to.attach(this.#code(to.wanted!, payload));
      else if (verb === "m") to.message(payload);
      else if (verb === "credit") to.give(Number(payload));
      else if (verb === "close") to.close();
    });
    socket.on("close", () => {
      this.sockets.delete(socket);
      for (const channel of channels.values()) channel.close();
    });
  }

  #get(channel: Channel, { id, hash }: { id: string; hash?: string }): void {
    const warm = this.#warm.get(id);
    channel.wanted = id;
    if (warm !== undefined && !warm.isOver && (hash === undefined || hash === warm.hash)) channel.attach(warm);
    else channel.say("need");
  }

  #code(id: string, document: string): Guest {
    const warm = this.#warm.get(id);
    if (warm !== undefined && !warm.isOver && warm.hash === hashOf(document)) return warm;
    const started = this.#start(document, false);
    this.#warm.set(id, started);
    return started;
  }

  #start(document: string, fresh: boolean): Guest {
    const guest = new Guest(document, fresh, () => this.workers.delete(guest));
    this.workers.add(guest);
    return guest;
  }
}

const hashOf = (document: string) => createHash("sha256").update(document).digest("hex");

class Guest {
  readonly hash: string;
  readonly fresh: boolean;
  isOver = false;
  state: { ready?: boolean; failed?: unknown } = {};
  #channels: Channel[] = [];
  #thread: Worker;

  constructor(document: string, fresh: boolean, onEnd: () => void) {
    this.hash = hashOf(document);
    this.fresh = fresh;
    this.#thread = new Worker(new URL("./guest.ts", import.meta.url), { workerData: JSON.parse(document) });
    this.#thread.on("message", (message: { session?: number; text?: string; ready?: boolean; failed?: unknown }) => {
      if (message.text !== undefined) return this.#channels[message.session! - 1]!.fromGuest(message.text);
      this.state = message;
      this.#tell();
      if (message.failed !== undefined) void this.end();
    });
    this.#thread.on("error", (error: unknown) => {
      this.state = { failed: { code: "E_HOST_CRASHED", message: String(error) } };
      this.#tell();
    });
    this.#thread.on("exit", () => {
      this.isOver = true;
      if (this.state.failed === undefined) this.state = { failed: { code: "E_HOST_CRASHED", message: "the worker ended" } };
      this.#tell();
      onEnd();
    });
  }

  /** The number of the channel's session. */
  add(channel: Channel): number {
    return this.#channels.push(channel);
  }

  send(session: number, text: string): void {
    this.#thread.postMessage({ session, text });
  }

  #tell(): void {
    for (const channel of this.#channels) channel.tell();
  }

  async end(): Promise<void> {
    await this.#thread.terminate();
  }
}

class Channel {
  readonly say: (verb: string, payload?: string) => void;
  wanted: string | undefined;
  #relay: Relay;
  #guest: Guest | undefined;
  #session = 0;
  #early: string[] = [];
  #theirCredit = INITIAL_CREDIT;
  #ourCredit = INITIAL_CREDIT;
  #outbox: string[] = [];
  #said = false;
  #over = false;
  #got = 0;

  constructor(relay: Relay, say: (verb: string, payload?: string) => void) {
    this.#relay = relay;
    this.say = say;
  }

  attach(guest: Guest): void {
    this.#guest = guest;
    this.#session = guest.add(this);
    for (const text of this.#early) guest.send(this.#session, text);
    this.#early = [];
    this.tell();
  }

  tell(): void {
    const { ready, failed } = this.#guest!.state;
    if (ready === true && !this.#said && !this.#over) {
      this.#said = true;
      this.say("ready", JSON.stringify({ id: this.wanted ?? "w_1", hash: this.#guest!.hash, state: "warm" }));
    }
    if (failed !== undefined && !this.#over) {
      this.#over = true;
      this.say("end", JSON.stringify(failed));
    }
  }

  message(text: string): void {
    const bytes = Buffer.byteLength(text);
    if (this.#theirCredit <= 0) this.#relay.violations.push(`a message of ${bytes} without credit`);
    this.#theirCredit -= bytes;
    if (this.#guest === undefined) this.#early.push(text);
    else this.#guest.send(this.#session, text);
    this.#got += bytes;
    if (this.#got >= INITIAL_CREDIT / 2) {
      this.#theirCredit += this.#got;
      this.say("credit", String(this.#got));
      this.#got = 0;
    }
  }

  fromGuest(text: string): void {
    this.#outbox.push(text);
    this.#flush();
  }

  give(bytes: number): void {
    this.#ourCredit += bytes;
    if (this.#ourCredit > INITIAL_CREDIT) this.#relay.violations.push("more credit than was used");
    this.#flush();
  }

  close(): void {
    if (this.#over) return;
    this.#over = true;
    if (this.#guest?.fresh === true) void this.#guest.end();
  }

  #flush(): void {
    while (this.#ourCredit > 0 && this.#outbox.length > 0 && !this.#over) {
      const text = this.#outbox.shift()!;
      this.#ourCredit -= Buffer.byteLength(text);
      this.say("m", text);
    }
  }
}
