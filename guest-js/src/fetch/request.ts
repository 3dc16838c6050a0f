// SPDX-License-Identifier: Apache-2.0
// Request (Fetch standard, 5.4). There is no base URL, so a relative URL is a TypeError.
import { AbortSignal } from "group:events";
import { URL } from "group:url";
import { defineInterface, requireArguments, usvString } from "group:webidl";
import type { Body } from "./body.ts";
import { extractBody, type ExtractedBody } from "./body_init.ts";
import { addBodyMembers, type BodyOwner, checkUsable } from "./body_members.ts";
import { appendAll, Headers, headerValue, pairsOfHeaders } from "./headers.ts";
import { normalizeMethod, readReferrer, readRequestInit, type RequestInit } from "./request_init.ts";

const anySignal = AbortSignal.any;

interface Settings {
  url: string;
  method: string;
  mode: string;
  credentials: string;
  cache: string;
  redirect: string;
  referrer: string;
  referrerPolicy: string;
  integrity: string;
  keepalive: boolean;
}

const defaults: Settings = {
  url: "", method: "GET", mode: "cors", credentials: "same-origin", cache: "default", redirect: "follow", referrer: "client",
  referrerPolicy: "", integrity: "", keepalive: false,
};

function urlOf(text: string): string {
  const url = new URL(text);
  if (url.username !== "" || url.password !== "") {
    throw new TypeError("Request: the URL holds a user name or a password; send an Authorization header instead");
  }
  return url.href;
}

function applyInit(settings: Settings, init: RequestInit): void {
  if (init.window !== undefined && init.window !== null) throw new TypeError("Request: window can only be null");
  if (!init.isEmpty) {
    settings.referrer = init.referrer === undefined ? "client" : readReferrer(init.referrer);
    settings.referrerPolicy = init.referrerPolicy ?? "";
  }
  if (init.mode === "navigate") throw new TypeError('Request: the mode "navigate" is not allowed');
  settings.mode = init.mode ?? settings.mode;
  settings.credentials = init.credentials ?? settings.credentials;
  settings.cache = init.cache ?? settings.cache;
  if (settings.cache === "only-if-cached" && settings.mode !== "same-origin") {
    throw new TypeError('Request: the cache mode "only-if-cached" needs the mode "same-origin"');
  }
  settings.redirect = init.redirect ?? settings.redirect;
  settings.integrity = init.integrity ?? settings.integrity;
  settings.keepalive = init.keepalive ?? settings.keepalive;
  if (init.method !== undefined) settings.method = normalizeMethod(init.method);
  if (settings.mode === "no-cors" && !["GET", "HEAD", "POST"].includes(settings.method)) {
    throw new TypeError(`Request: the method ${settings.method} is not allowed in the mode "no-cors"`);
  }
}

// What the class itself passes to its constructor.
const blank = {};

/** Throws the reason if the request's signal is aborted; then its body is not needed. */
export let throwIfAborted: (request: Request) => void;

export let isRequest: (value: object) => boolean;

export class Request {
  #settings: Settings = defaults;
  #headers = new Headers();
  #body: Body | null = null;
  // What the own signal follows; it is made when somebody asks for it.
  #followed: AbortSignal | null = null;
  #signal: AbortSignal | undefined;

  constructor(input: unknown, init: unknown = {}) {
    requireArguments(arguments.length, 1, "Request constructor");
    if (input === blank) return;
    const source = typeof input === "object" && input !== null && #settings in input ? input : undefined;
    const text = source === undefined ? usvString(input) : "";
    const changes = readRequestInit(init);
    this.#settings = source === undefined ? { ...defaults, url: urlOf(text) } : { ...source.#settings };
    applyInit(this.#settings, changes);
    this.#followed = changes.signal !== undefined ? changes.signal : (source === undefined ? null : source.#ownSignal());
    appendAll(this.#headers, changes.headers ?? (source === undefined ? [] : pairsOfHeaders(source.#headers)));
    this.#takeBody(changes, source);
  }

  #takeBody(init: RequestInit, source: Request | undefined): void {
    const inherited = source === undefined ? null : source.#body;
    if (((init.body ?? null) !== null || inherited !== null) && ["GET", "HEAD"].includes(this.#settings.method)) {
      throw new TypeError(`Request: a ${this.#settings.method} request cannot have a body`);
    }
    const own = init.body ? extractBody(init.body, this.#settings.keepalive) : null;
    if (own === null) {
      if (inherited !== null) this.#inheritBody(source!);
      return;
    }
    if (own.type !== null && headerValue(this.#headers, "content-type") === null) {
      appendAll(this.#headers, [["content-type", own.type]]);
    }
    this.#checkStream(own, init);
    this.#body = own.body;
  }

  #inheritBody(source: Request): void {
    checkUsable(Request.#owner(source), "Request constructor");
    if (source.#body!.source === null) this.#checkMode();
    this.#body = source.#body!.move();
  }

  #checkStream({ body }: ExtractedBody, init: RequestInit): void {
    if (body.source !== null) return;
    if (init.duplex === undefined) throw new TypeError('Request: a stream as the body needs duplex: "half"');
    this.#checkMode();
  }

  #checkMode(): void {
    if (this.#settings.mode !== "same-origin" && this.#settings.mode !== "cors") {
      throw new TypeError(`Request: a stream cannot be the body in the mode ${this.#settings.mode}`);
    }
  }

  get method(): string { return this.#settings.method; }
  get url(): string { return this.#settings.url; }
  get headers(): Headers { return this.#headers; }
  get destination(): string { this.#settings; return ""; }
  get referrer(): string {
    const { referrer } = this.#settings;
    return referrer === "client" ? "about:client" : referrer === "no-referrer" ? "" : referrer;
  }
  get referrerPolicy(): string { return this.#settings.referrerPolicy; }
  get mode(): string { return this.#settings.mode; }
  get credentials(): string { return this.#settings.credentials; }
  get cache(): string { return this.#settings.cache; }
  get redirect(): string { return this.#settings.redirect; }
  get integrity(): string { return this.#settings.integrity; }
  get keepalive(): boolean { return this.#settings.keepalive; }
  get isReloadNavigation(): boolean { this.#settings; return false; }
  get isHistoryNavigation(): boolean { this.#settings; return false; }
  get duplex(): string { this.#settings; return "half"; }

  // Aborted when the request's signal is; that one need not exist for it.
  #ownSignal(): AbortSignal | null {
    return this.#signal ?? this.#followed;
  }

  get signal(): AbortSignal {
    this.#settings;
    const followed = this.#followed;
    return (this.#signal ??= anySignal(followed === null ? [] : [followed]));
  }

  clone(): Request {
    checkUsable(Request.#owner(this), "Request.clone");
    const copy = new Request(blank);
    copy.#settings = { ...this.#settings };
    copy.#followed = this.#ownSignal();
    appendAll(copy.#headers, pairsOfHeaders(this.#headers));
    copy.#body = this.#body?.clone() ?? null;
    return copy;
  }

  static #owner(request: Request): BodyOwner {
    return { body: request.#body, headers: request.#headers };
  }

  static {
    addBodyMembers(Request, Request.#owner);
    isRequest = (value) => #settings in value;
    throwIfAborted = (request) => {
      const signal = request.#followed;
      if (signal === null || !signal.aborted) return;
      if (request.#body !== null) request.#body.cancel(signal.reason);
      throw signal.reason;
    };
  }
}
defineInterface(Request);
