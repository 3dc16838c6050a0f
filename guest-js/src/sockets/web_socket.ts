// SPDX-License-Identifier: Apache-2.0
// WebSocket (WebSockets standard, 3). The arguments of a new one are checked as there, then it is refused: there is no
// network. Those that exist are made by WebSocketPair.
import { CloseEvent, defineHandlers, EventTarget, fire, MessageEvent } from "group:events";
import { convert, defineInterface, iteratorMethod, requireArguments, sequence, usvString } from "group:webidl";
import { copyBytes } from "../blob/chunks.ts";
import { checkClose, End, type Message, State } from "./pair.ts";
import { parseUrl, refusal, syntaxError } from "./refusal.ts";

const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

function readProtocols(value: any): string[] {
  const isObject = (typeof value === "object" && value !== null) || typeof value === "function";
  const method = isObject ? iteratorMethod(value, "WebSocket: the protocols") : undefined;
  return method === undefined ? [usvString(value)] : sequence(value, method, usvString);
}

function checkUrl(text: string): void {
  const { protocol, hash } = parseUrl("WebSocket", text);
  if (!["ws:", "wss:", "http:", "https:"].includes(protocol)) {
    throw syntaxError(`WebSocket: the URL must begin with ws: or wss:, not ${protocol}`);
  }
  if (hash !== "") throw syntaxError("WebSocket: the URL cannot have a fragment");
}

export let isWebSocket: (value: unknown) => boolean;
/** The end behind a socket of a pair. */
export let endOf: (socket: object) => End;

// What a WebSocketPair passes to the constructor.
const secret = Symbol("WebSocket");

export class WebSocket extends EventTarget {
  #end: End;

  constructor(url: unknown, protocols: unknown = []) {
    requireArguments(arguments.length, 1, "WebSocket constructor");
    if (url === secret) {
      super();
      this.#end = protocols as End;
      return;
    }
    const text = usvString(url);
    const names = readProtocols(protocols);
    checkUrl(text);
    const lower = names.map((name) => name.toLowerCase());
    if (!names.every((name) => token.test(name)) || new Set(lower).size < lower.length) {
      throw syntaxError("WebSocket: each protocol must be a different token");
    }
    throw refusal(new.target);
    super();
  }

  get url() { this.#end; return ""; }
  get readyState() { return this.#end.state; }
  get bufferedAmount() { this.#end; return 0; }
  get extensions() { this.#end; return ""; }
  get protocol() { this.#end; return ""; }
  get binaryType() { this.#end; return "arraybuffer"; }
  set binaryType(_value: unknown) { this.#end; }

  /** Events come from now on (Workers). */
  accept() {
    const end = this.#end;
    if (!end.isTaken) end.accept((message) => this.#hear(message));
  }

  #hear(message: Message): void {
    const end = this.#end;
    if (end.state === State.CLOSED) return;
    switch (message.kind) {
      case "text":
      case "binary":
        fire(this, "message", (type) => new MessageEvent(type, { data: message.data }));
        return;
      case "close":
        end.close(message.code, message.reason);
        end.state = State.CLOSED;
        fire(this, "close", (type) => new CloseEvent(type, { code: message.code, reason: message.reason, wasClean: true }));
        return;
      case "lost":
        end.state = State.CLOSED;
        fire(this, "error");
        fire(this, "close", (type) => new CloseEvent(type, { code: 1006, wasClean: false }));
    }
  }

  #demandAccepted(what: string): void {
    if (!this.#end.isTaken) {
      throw new TypeError(`WebSocket.${what}: call accept() on this WebSocket first, or return it with a Response`);
    }
  }

  close(code: unknown = undefined, reason: unknown = undefined) {
    const end = this.#end;
    const number = code === undefined ? undefined : convert["unsigned short"]!(code, { clamp: true });
    const text = reason === undefined ? "" : usvString(reason);
    checkClose(number, text);
    this.#demandAccepted("close");
    end.close(number ?? 1000, text);
  }

  send(data: unknown) {
    const end = this.#end;
    requireArguments(arguments.length, 1, "WebSocket.send");
    this.#demandAccepted("send");
    if (data instanceof ArrayBuffer || ArrayBuffer.isView(data)) {
      end.send({ kind: "binary", data: copyBytes(data).buffer as ArrayBuffer });
    } else {
      end.send({ kind: "text", data: usvString(data) });
    }
  }

  static {
    isWebSocket = (value) => typeof value === "object" && value !== null && #end in value;
    endOf = (socket) => (socket as WebSocket).#end;
  }
}
defineInterface(WebSocket, { constants: State });
defineHandlers(WebSocket, isWebSocket, ["open", "message", "close", "error"]);

/** Two sockets that are connected (Workers): one is answered with, the other stays. */
export class WebSocketPair {
  0: WebSocket;
  1: WebSocket;
  constructor() {
    const [client, server] = End.pair();
    this[0] = new (WebSocket as any)(secret, client);
    this[1] = new (WebSocket as any)(secret, server);
  }
}
defineInterface(WebSocketPair);
