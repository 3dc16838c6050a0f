// SPDX-License-Identifier: Apache-2.0
// The loader's carrier over the daemon's WebSocket (docs/api.md, "RPC"). It connects when it is first used, and again
// after it was lost; channels of a lost connection end at once.
import {
  type Carrier, type Channel, type ChannelEvents, type LogRecord, MayflyError, type OpenRequest, type WorkerDescription,
  errorOf, failureOf,
} from "../../../rpc/index.ts";
import type { Address } from "./http.ts";
import { type Socket, openSocket } from "./socket.ts";

export class RpcConnection implements Carrier {
  #address: Address;
  #link: Link | undefined;
  #closed: Error | undefined;

  constructor(address: Address) {
    this.#address = address;
  }

  open(request: OpenRequest, events: ChannelEvents): Channel {
    if (this.#closed !== undefined) {
      events.onEnd(this.#closed);
      return { send() {}, credit() {}, close() {} };
    }
    if (this.#link === undefined || this.#link.isOver) this.#link = new Link(this.#address);
    return this.#link.open(request, events);
  }

  close(): void {
    this.#closed = new MayflyError({ code: "E_CANCELLED", message: "the client was closed" });
    this.#link?.end(this.#closed);
  }
}

/** One connection. */
class Link {
  #socket: Socket;
  #isOpen = false;
  #waiting: string[] = [];
  #channels = new Map<number, ClientChannel>();
  #starting = new Set<ClientChannel>();
  #lastNumber = 0;
  #end: Error | undefined;

  constructor(address: Address) {
    this.#socket = openSocket(address, {
      onOpen: () => {
        this.#isOpen = true;
        for (const text of this.#waiting) this.#socket.send(text);
        this.#waiting = [];
      },
      onText: (text) => this.#onText(text),
      onClose: (reason) => this.end(reason),
    });
  }

  get isOver(): boolean {
    return this.#end !== undefined;
  }

  open(request: OpenRequest, events: ChannelEvents): Channel {
    const channel = new ClientChannel(this, events);
    if ("id" in request) {
      const { id, hash, document } = request;
      channel.start("get", JSON.stringify(hash === undefined ? { id } : { id, hash }), document);
    } else if (typeof request.document === "string") {
      channel.start("load", request.document);
    } else {
      this.#starting.add(channel);
      void channel.startLater(request.document).finally(() => this.#starting.delete(channel));
    }
    return channel;
  }

  /** Numbers grow in the order in which channels are opened on the wire. */
  register(channel: ClientChannel): number {
    const number = ++this.#lastNumber;
    this.#channels.set(number, channel);
    return number;
  }

  forget(number: number): void {
    this.#channels.delete(number);
  }

  send(text: string): void {
    if (this.#end !== undefined) return;
    if (this.#isOpen) this.#socket.send(text);
    else this.#waiting.push(text);
  }

  end(reason: Error): void {
    if (this.#end !== undefined) return;
    this.#end = reason;
    const channels = [...this.#channels.values(), ...this.#starting];
    this.#channels.clear();
    for (const channel of channels) channel.onEnd(reason);
    this.#socket.close();
  }

  #onText(text: string): void {
    const first = text.indexOf(" ");
    const second = text.indexOf(" ", first + 1);
    const verb = text.slice(first + 1, second < 0 ? undefined : second);
    // What is still under way on a channel that is over finds nobody.
    const channel = this.#channels.get(Number(text.slice(0, first)));
    channel?.on(verb, second < 0 ? "" : text.slice(second + 1));
  }
}

class ClientChannel implements Channel {
  #link: Link;
  #events: ChannelEvents;
  #number = 0; // while it is 0 nothing was sent
  #early: string[] = [];
  #code: (() => Promise<string>) | undefined;
  #over = false;

  constructor(link: Link, events: ChannelEvents) {
    this.#link = link;
    this.#events = events;
  }

  start(verb: string, payload: string, code?: () => Promise<string>): void {
    this.#number = this.#link.register(this);
    this.#code = code;
    this.#say(verb, payload);
    for (const text of this.#early) this.#say("m", text);
    this.#early = [];
  }

  async startLater(document: () => Promise<string>): Promise<void> {
    try {
      await undefined; // not from inside open()
      const text = await document();
      if (!this.#over) this.start("load", text);
    } catch (error) {
      this.onEnd(error as Error);
    }
  }

  send(message: string): void {
    if (this.#number === 0) this.#early.push(message);
    else this.#say("m", message);
  }

  credit(bytes: number): void {
    this.#say("credit", String(bytes));
  }

  close(): void {
    if (this.#over) return;
    this.#over = true;
    if (this.#number === 0) return;
    this.#say("close");
    this.#link.forget(this.#number);
  }

  onEnd(error: Error | undefined): void {
    if (this.#over) return;
    this.#over = true;
    this.#link.forget(this.#number);
    this.#events.onEnd(error);
  }

  on(verb: string, payload: string): void {
    switch (verb) {
      case "m":
        return this.#events.onMessage(payload);
      case "credit":
        return this.#events.onCredit(Number(payload));
      case "ready":
        return this.#events.onReady(JSON.parse(payload) as WorkerDescription);
      case "log":
        return this.#events.onLog(JSON.parse(payload) as LogRecord);
      case "need":
        return void this.#giveCode();
      case "end":
        return this.onEnd(payload === "" ? undefined : errorOf(failureOf(JSON.parse(payload))));
    }
  }

  async #giveCode(): Promise<void> {
    try {
      const document = await this.#code!();
      if (!this.#over) this.#say("code", document);
    } catch (error) {
      if (this.#over) return;
      this.#say("close");
      this.onEnd(error as Error);
    }
  }

  #say(verb: string, payload?: string): void {
    this.#link.send(payload === undefined ? `${this.#number} ${verb}` : `${this.#number} ${verb} ${payload}`);
  }
}
