// SPDX-License-Identifier: Apache-2.0
// Response (Fetch standard, 5.5), with `webSocket` of Workers: the socket that answers an upgrade, with status 101.
import { URL } from "group:url";
import { byteString, convert, defineInterface, dictionary, requireArguments, usvString } from "group:webidl";
import { Body } from "./body.ts";
import { convertBody, extractBody, type ExtractedBody } from "./body_init.ts";
import { addBodyMembers, type BodyOwner, checkUsable } from "./body_members.ts";
import { appendAll, Headers, headerValue, isImmutable, makeHeaders, pairsOfHeaders, type Pairs, readHeadersInit } from "./headers.ts";

const stringify = JSON.stringify;
const redirects = [301, 302, 303, 307, 308];
const withoutBody = [101, 103, 204, 205, 304];

interface ResponseInit {
  headers: Pairs | undefined;
  status: number;
  statusText: string;
  webSocket: object | null;
}

function readInit(value: unknown): ResponseInit {
  const init = dictionary(value, "Response: the second argument");
  const { headers } = init;
  const pairs = headers === undefined ? undefined : readHeadersInit(headers, "Response");
  const { status } = init;
  const number = status === undefined ? 200 : convert["unsigned short"]!(status);
  const { statusText } = init;
  const { webSocket } = init;
  if (webSocket !== undefined && webSocket !== null && !require("group:sockets").isWebSocket(webSocket)) {
    throw new TypeError("Response: webSocket is not a WebSocket");
  }
  return {
    headers: pairs,
    status: number,
    statusText: statusText === undefined ? "" : byteString(statusText, "Response: statusText"),
    webSocket: webSocket ?? null,
  };
}

/** The answer to a request that succeeded. */
export let makeResponse: (pairs: Pairs, body: Body | null, url: string) => Response;

export let isResponse: (value: object) => boolean;

/** What there is to send of a response. Throws when its body has been used. */
export let partsOfResponse: (response: Response) => { headers: Pairs; body: Body | null; webSocket: object | null };

export class Response {
  #type = "default";
  #url = "";
  #status = 200;
  #statusText = "";
  #headers = new Headers();
  #body: Body | null = null;
  #webSocket: object | null = null;

  constructor(body: unknown = null, init: unknown = {}) {
    const converted = convertBody(body);
    const settings = readInit(init);
    this.#initialize(settings, converted === null ? null : extractBody(converted));
  }

  // "Initialize a response".
  #initialize({ headers, status, statusText, webSocket }: ResponseInit, content: ExtractedBody | null): void {
    if (webSocket !== null && status !== 101) throw new RangeError("Response: one with a webSocket has the status 101");
    if (webSocket === null && (status < 200 || status > 599)) throw new RangeError(`Response: the status must be from 200 to 599, not ${status}`);
    if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(statusText)) {
      throw new TypeError("Response: the statusText holds a control character");
    }
    this.#status = status;
    this.#statusText = statusText;
    this.#webSocket = webSocket;
    if (headers !== undefined) appendAll(this.#headers, headers);
    if (content === null) return;
    if (withoutBody.includes(status)) throw new TypeError(`Response: a response with status ${status} has no body`);
    const { body, type } = content;
    this.#body = body;
    if (type !== null && headerValue(this.#headers, "content-type") === null) {
      appendAll(this.#headers, [["content-type", type]]);
    }
  }

  static error(): Response {
    const response = new Response();
    response.#type = "error";
    response.#status = 0;
    response.#headers = makeHeaders([], true);
    return response;
  }

  static json(data: unknown, init: unknown = {}): Response {
    requireArguments(arguments.length, 1, "Response.json");
    const settings = readInit(init);
    const text = stringify(data);
    if (text === undefined) throw new TypeError("Response.json: the value has no JSON form");
    const response = new Response();
    response.#initialize(settings, { body: new Body(text), type: "application/json" });
    return response;
  }

  static redirect(url: unknown, status: unknown = 302): Response {
    requireArguments(arguments.length, 1, "Response.redirect");
    const text = usvString(url);
    const code = convert["unsigned short"]!(status);
    const { href } = new URL(text);
    if (!redirects.includes(code)) {
      throw new RangeError(`Response.redirect: the status must be one of ${redirects.join(", ")}, not ${code}`);
    }
    const response = new Response();
    response.#status = code;
    response.#headers = makeHeaders([["location", href]], true);
    return response;
  }

  get type(): string { return this.#type; }
  get url(): string { return this.#url; }
  get redirected(): boolean { this.#url; return false; }
  get status(): number { return this.#status; }
  get ok(): boolean { return this.#status >= 200 && this.#status <= 299; }
  get statusText(): string { return this.#statusText; }
  get headers(): Headers { return this.#headers; }
  get webSocket(): object | null { return this.#webSocket; }

  clone(): Response {
    checkUsable(Response.#owner(this), "Response.clone");
    if (this.#webSocket !== null) throw new TypeError("Response.clone: a response with a webSocket cannot be cloned");
    const copy = new Response();
    copy.#type = this.#type;
    copy.#url = this.#url;
    copy.#status = this.#status;
    copy.#statusText = this.#statusText;
    copy.#headers = makeHeaders(pairsOfHeaders(this.#headers), isImmutable(this.#headers));
    copy.#body = this.#body?.clone() ?? null;
    return copy;
  }

  static #owner(response: Response): BodyOwner {
    return { body: response.#body, headers: response.#headers };
  }

  static {
    addBodyMembers(Response, Response.#owner);
    isResponse = (value) => #status in value;
    partsOfResponse = (response) => {
      checkUsable(Response.#owner(response), "the fetch handler's response");
      return { headers: pairsOfHeaders(response.#headers), body: response.#body, webSocket: response.#webSocket };
    };
    makeResponse = (pairs, body, url) => {
      const response = new Response();
      response.#type = "basic";
      response.#statusText = "OK";
      response.#url = url;
      response.#headers = makeHeaders(pairs, true);
      response.#body = body;
      return response;
    };
  }
}
defineInterface(Response);
