// SPDX-License-Identifier: Apache-2.0
// What carries one session with one worker: a channel of the daemon's WebSocket, or a stream of a guest. capnweb's
// messages go over it under credit (docs/api.md, "RPC"); the credit is kept here, for every carrier.
import { MayflyError } from "./error.ts";

export const INITIAL_CREDIT = 256 * 1024;
export const MAX_MESSAGE = 8 * 1024 * 1024;
/** Messages that wait for credit. A worker that takes none of them must not fill the memory of its host. */
const MAX_WAITING = 64 * 1024 * 1024;

/** The daemon's description of a worker. */
export interface WorkerDescription {
  id: string;
  hash: string;
  state: "starting" | "warm" | "failed";
  pinned: boolean;
  entrypoints: { name: string; methods: string[] }[];
  inFlight: number;
  calls: number;
  memoryBytes: number;
  cpuMs: number;
  createdAt: string;
  lastUsedAt: string;
  error?: { code: string; message: string };
}

export interface LogRecord {
  level: "debug" | "info" | "log" | "warn" | "error" | "trace" | (string & {});
  time: number;
  args: unknown[];
  line?: number;
}

/** Our end of an open channel. A carrier that cannot send before `onReady` keeps what it is given until then. */
export interface Channel {
  send(message: string): void;
  credit(bytes: number): void;
  close(): void;
}

/** What a carrier reports. Nothing comes after onEnd. */
export interface ChannelEvents {
  onReady(description: WorkerDescription): void;
  onMessage(text: string): void;
  onCredit(bytes: number): void;
  onLog(record: LogRecord): void;
  onEnd(error?: Error): void;
}

export type OpenRequest =
  /** A fresh worker, which ends with the channel. */
  | { document: string | (() => Promise<string>) }
  /** A warm one; `document` is asked for when there is none. */
  | { id: string; hash?: string; document: () => Promise<string> };

/**
 * Opens channels. It calls a `document` and reports events in later turns, never from inside `open`, except onEnd; a
 * document that rejects ends the channel with that error.
 */
export interface Carrier {
  open(request: OpenRequest, events: ChannelEvents): Channel;
}

export function utf8Length(text: string): number {
  let length = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    // A pair of surrogates is two units and four bytes; one by itself is sent as U+FFFD.
    length += unit < 0x800 || (unit >= 0xd800 && unit < 0xdc00 && isLow(text.charCodeAt(i + 1))) ? 1 : 2;
    if (unit >= 0xd800 && unit < 0xdc00 && isLow(text.charCodeAt(i + 1))) {
      length++;
      i++;
    }
  }
  return length;
}

const isLow = (unit: number) => unit >= 0xdc00 && unit < 0xe000;

/** capnweb's transport over a channel. */
export class CreditTransport {
  #channel: Channel;
  #credit = INITIAL_CREDIT;
  #outbox: { text: string; bytes: number }[] = [];
  #waiting = 0;
  #inbox: { text: string; bytes: number }[] = [];
  #taken = 0;
  #receiver: { resolve(text: string): void; reject(reason: unknown): void } | undefined;
  #end: { reason: unknown } | undefined;

  constructor(open: (transport: CreditTransport) => Channel) {
    this.#channel = open(this);
  }

  send(text: string): void {
    if (this.#end !== undefined) return;
    const bytes = utf8Length(text);
    if (bytes > MAX_MESSAGE) {
      throw new MayflyError({
        code: "E_TOO_LARGE",
        message: `a message of ${bytes} bytes is larger than ${MAX_MESSAGE}; pass large data as a ReadableStream`,
      });
    }
    this.#outbox.push({ text, bytes });
    this.#waiting += bytes;
    this.#flush();
    if (this.#waiting > MAX_WAITING) {
      throw new MayflyError({ code: "E_LIMIT", message: `the other side leaves ${this.#waiting} bytes of messages lying` });
    }
  }

  receive(): Promise<string> {
    const message = this.#inbox.shift();
    if (message !== undefined) return Promise.resolve(this.#take(message));
    if (this.#end !== undefined) return Promise.reject(this.#end.reason);
    return new Promise((resolve, reject) => (this.#receiver = { resolve, reject }));
  }

  /** The session is over: capnweb calls it. */
  abort(reason: unknown): void {
    if (this.#end !== undefined) return;
    this.#channel.close();
    this.end(reason);
  }

  onMessage(text: string): void {
    if (this.#end !== undefined) return;
    this.#inbox.push({ text, bytes: utf8Length(text) });
    const receiver = this.#receiver;
    if (receiver === undefined) return;
    this.#receiver = undefined;
    receiver.resolve(this.#take(this.#inbox.shift()!));
  }

  onCredit(bytes: number): void {
    this.#credit += bytes;
    this.#flush();
  }

  /** The channel is over; what came before is still received. */
  end(reason: unknown): void {
    if (this.#end !== undefined) return;
    this.#end = { reason };
    this.#outbox = [];
    this.#receiver?.reject(reason);
    this.#receiver = undefined;
  }

  #flush(): void {
    while (this.#credit > 0 && this.#outbox.length > 0) {
      const { text, bytes } = this.#outbox.shift()!;
      this.#credit -= bytes;
      this.#waiting -= bytes;
      this.#channel.send(text);
    }
  }

  #take({ text, bytes }: { text: string; bytes: number }): string {
    this.#taken += bytes;
    if (this.#taken >= INITIAL_CREDIT / 2 && this.#end === undefined) {
      this.#channel.credit(this.#taken);
      this.#taken = 0;
    }
    return text;
  }
}
