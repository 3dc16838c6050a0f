// SPDX-License-Identifier: Apache-2.0
// An HTTP exchange on a stream: the Request that comes, with a body that arrives as it is read, and the Response that
// goes, with a body that is read as the daemon takes it.
import { AbortController } from "group:events";
import { bytesOfContent, cancelReader, openReader, partsOfResponse, readChunk, Request } from "group:fetch";
import { ReadableStream } from "group:streams";
import { demandResponse } from "group:worker";
import { connect } from "./web_socket.ts";
import { forget, free, Grants, listen, native } from "./streams.ts";

const maxChunk = 65536;
const withoutBody = [101, 204, 205, 304];

class IncomingBody {
  readonly stream: any;
  #grants: Grants;
  #queue: Uint8Array[] = [];
  #ended = false;
  #discards = false;
  #failure: { reason: unknown } | undefined;
  #wake: (() => void) | undefined;
  #onEnd: () => void;

  constructor(stream: number, onEnd: () => void) {
    this.#grants = new Grants(stream);
    this.#onEnd = onEnd;
    const source = { __proto__: null, type: "bytes", pull: (controller: any) => this.#pull(controller), cancel: () => this.discard() };
    this.stream = new ReadableStream(source as any, { __proto__: null, highWaterMark: 0 } as any);
  }

  get isEnded(): boolean {
    return this.#ended;
  }

  async #pull(controller: any): Promise<void> {
    while (this.#queue.length === 0 && !this.#ended) {
      if (this.#failure !== undefined) throw this.#failure.reason;
      await new Promise<void>((resolve) => { this.#wake = resolve; });
    }
    const bytes = this.#queue.shift();
    if (bytes !== undefined) {
      this.#grants.took(bytes.length);
      controller.enqueue(bytes);
      return;
    }
    controller.close();
    controller.byobRequest?.respond(0);
  }

  #notify(): void {
    this.#wake?.();
    this.#wake = undefined;
  }

  chunk(bytes: ArrayBuffer): void {
    if (this.#discards) return this.#grants.took(bytes.byteLength);
    if (bytes.byteLength > 0) this.#queue[this.#queue.length] = new Uint8Array(bytes);
    this.#notify();
  }

  end(): void {
    this.#ended = true;
    this.#notify();
    this.#onEnd();
  }

  fail(reason: unknown): void {
    if (this.#ended) return;
    this.#failure = { reason };
    this.#queue.length = 0;
    this.#notify();
  }

  /** Nobody wants the rest; it may come, so that the sender gets to its end. */
  discard(): void {
    this.#discards = true;
    for (const bytes of this.#queue) this.#grants.took(bytes.length);
    this.#queue.length = 0;
  }

  discardUnlessRead(): void {
    if (!this.stream.locked) this.discard();
  }
}

class Exchange {
  readonly stream: number;
  readonly isHead: boolean;
  readonly isUpgrade: boolean;
  readonly incoming: IncomingBody | undefined;
  readonly controller: any = new AbortController();
  #reader: object | undefined;
  #answered = false;
  #over = false;
  #wake: (() => void) | undefined;

  constructor(stream: number, method: string, hasBody: boolean, isUpgrade: boolean) {
    this.stream = stream;
    this.isHead = method === "HEAD";
    this.isUpgrade = isUpgrade;
    if (hasBody) this.incoming = new IncomingBody(stream, () => this.#freeWhenDone());
  }

  chunk(bytes: ArrayBuffer): void { this.incoming?.chunk(bytes); }
  end(): void { this.incoming?.end(); }
  credit(): void {
    this.#wake?.();
    this.#wake = undefined;
  }

  reset(reason: string): void {
    this.#over = true;
    this.credit();
    const error = new (require("group:dom-exception").DOMException)(reason || "the client has gone", "AbortError");
    this.controller.abort(error);
    this.incoming?.fail(error);
    if (this.#reader !== undefined) cancelReader(this.#reader, error).catch(() => {});
  }

  #freeWhenDone(): void {
    if (!this.#answered || this.incoming?.isEnded === false) return;
    free(this.stream);
  }

  /** The whole of the answer has been sent. */
  answered(): void {
    this.#answered = true;
    this.incoming?.discardUnlessRead();
    this.#freeWhenDone();
  }

  async #send(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; at += maxChunk) {
      while (native.credit(this.stream) <= 0) {
        if (this.#over) return;
        await new Promise<void>((resolve) => { this.#wake = resolve; });
      }
      native.chunk(this.stream, bytes.subarray(at, at + maxChunk));
    }
  }

  async sendBody(body: any): Promise<void> {
    if (this.#over) return body.cancel(undefined);
    if (body.source !== null) {
      await this.#send(bytesOfContent(body.take()));
    } else {
      this.#reader = openReader(body.stream);
      for (let bytes; !this.#over && (bytes = await readChunk(this.#reader)) !== undefined;) await this.#send(bytes);
    }
    if (!this.#over) native.end(this.stream);
  }

  fail(error: unknown): void {
    forget(this.stream);
    native.fail(this.stream, error);
  }
}

const byStream = new Map<number, Exchange>();

export function makeRequest(stream: number, method: string, url: string, headers: string[], hasBody: boolean, isUpgrade: boolean): object {
  const exchange = new Exchange(stream, method, hasBody, isUpgrade);
  const pairs: [string, string][] = [];
  for (let i = 0; i < headers.length; i += 2) pairs[pairs.length] = [headers[i]!, headers[i + 1]!];
  const init: any = { __proto__: null, method, headers: pairs, signal: exchange.controller.signal };
  // A body of these two has no meaning (RFC 9110, 9.3.1) and no place in a Request.
  const takesBody = method !== "GET" && method !== "HEAD";
  if (exchange.incoming !== undefined && takesBody) {
    init.body = exchange.incoming.stream;
    init.duplex = "half";
  } else {
    exchange.incoming?.discard();
  }
  const request = new (Request as any)(url, init);
  listen(stream, exchange);
  byStream.set(stream, exchange);
  return request;
}

/** Sends the head; whether a body follows. */
function sendHead(exchange: Exchange, response: any): boolean {
  demandResponse(response);
  const { headers, body, webSocket } = partsOfResponse(response);
  const { status } = response;
  if (webSocket !== null && !exchange.isUpgrade) {
    throw new TypeError("the fetch handler answered with a webSocket, but the client asked for no upgrade");
  }
  if (webSocket === null && status < 200) throw new TypeError("the fetch handler returned Response.error(), which cannot be sent");
  const hasBody = body !== null && !exchange.isHead && !withoutBody.includes(status);
  const flat: string[] = [];
  for (const [name, value] of headers) flat.push(name, value);
  native.head(exchange.stream, status, response.statusText, flat, hasBody, webSocket !== null);
  return hasBody;
}

async function sendBody(exchange: Exchange, response: any, hasBody: boolean): Promise<void> {
  const { body, webSocket } = partsOfResponse(response);
  if (webSocket !== null) return connect(exchange.stream, webSocket);
  try {
    if (hasBody) await exchange.sendBody(body);
    else body?.cancel(undefined);
  } catch (error: any) {
    // The head has gone already, so all that can be said is that it ends here.
    forget(exchange.stream);
    native.reset(exchange.stream, `the response's body failed: ${error?.message ?? error}`);
    throw error;
  }
  exchange.answered();
}

/** Sends what a handler returned, or will return. */
export async function respond(stream: number, value: unknown): Promise<void> {
  const exchange = byStream.get(stream)!;
  byStream.delete(stream);
  let response: any;
  let hasBody: boolean;
  try {
    response = await value;
    hasBody = sendHead(exchange, response);
  } catch (error) {
    return exchange.fail(error);
  }
  await sendBody(exchange, response, hasBody);
}

/** The handler could not be called. */
export function abandon(stream: number): void {
  byStream.delete(stream);
  forget(stream);
}
