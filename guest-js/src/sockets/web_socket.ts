// SPDX-License-Identifier: Apache-2.0
// WebSocket (WebSockets standard, 3): its arguments are checked as there, then it is refused. So there are no instances,
// and every member of the prototype can only be called on something foreign.
import { EventTarget } from "group:events";
import { defineInterface, iteratorMethod, requireArguments, sequence, usvString } from "group:webidl";
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

export class WebSocket extends EventTarget {
  #instance = undefined;

  constructor(url: unknown, protocols: unknown = []) {
    requireArguments(arguments.length, 1, "WebSocket constructor");
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

  get url() { return this.#instance; }
  get readyState() { return this.#instance; }
  get bufferedAmount() { return this.#instance; }
  get extensions() { return this.#instance; }
  get protocol() { return this.#instance; }
  get binaryType() { return this.#instance; }
  set binaryType(_value: unknown) { this.#instance; }
  close(_code: unknown = undefined, _reason: unknown = undefined) { this.#instance; }
  send(_data: unknown) { this.#instance; }
}
defineInterface(WebSocket, { constants: { CONNECTING: 0, OPEN: 1, CLOSING: 2, CLOSED: 3 } });
