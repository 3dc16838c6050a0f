// SPDX-License-Identifier: Apache-2.0
// URL (URL standard, 6.1). The parser is native; what it answers is the href and the offsets of its parts.
import { defineInterface, requireArguments, usvString } from "group:webidl";
import { attach, refuseCopy, reparse, URLSearchParams } from "./search_params.ts";

const native = require("native:url");
const { register } = require("native:clone");

// The order is that of kSetters in src/guest/native/url.cc.
const Part = { protocol: 0, username: 1, password: 2, host: 3, hostname: 4, port: 5, pathname: 6, search: 7, hash: 8 };
const omitted = 0xffffffff;
const special = ["http", "ws", "https", "wss", "ftp"];
const scratch = new Uint32Array(9);

class URL_ {
  #href = "";
  #protocolEnd = 0;
  #usernameEnd = 0;
  #hostStart = 0;
  #hostEnd = 0;
  #port = 0;
  #pathnameStart = 0;
  #searchStart = 0;
  #hashStart = 0;
  #params: URLSearchParams | undefined;

  constructor(url: unknown, base: unknown = undefined) {
    requireArguments(arguments.length, 1, "URL constructor");
    const input = usvString(url);
    const context = base === undefined ? undefined : usvString(base);
    const href = native.parse(input, context, scratch);
    if (href === undefined) throw invalid(input, context);
    this.#take(href);
  }

  #take(href: string): void {
    this.#href = href;
    this.#protocolEnd = scratch[0]!;
    this.#usernameEnd = scratch[1]!;
    this.#hostStart = scratch[2]!;
    this.#hostEnd = scratch[3]!;
    this.#port = scratch[4]!;
    this.#pathnameStart = scratch[5]!;
    this.#searchStart = scratch[6]!;
    this.#hashStart = scratch[7]!;
  }

  #set(part: number, value: unknown): void {
    this.#href;
    const href = native.update(this.#href, part, usvString(value), scratch);
    if (href !== undefined) this.#take(href);
    if (part === Part.search && this.#params) reparse(this.#params, this.search.slice(1));
  }

  static canParse(url: unknown, base: unknown = undefined): boolean {
    requireArguments(arguments.length, 1, "URL.canParse");
    return native.canParse(usvString(url), base === undefined ? undefined : usvString(base));
  }

  static parse(url: unknown, base: unknown = undefined): URL_ | null {
    requireArguments(arguments.length, 1, "URL.parse");
    const input = usvString(url);
    const context = base === undefined ? undefined : usvString(base);
    return native.canParse(input, context) ? new URL_(input, context) : null;
  }

  get href(): string { return this.#href; }
  set href(value: unknown) {
    this.#href;
    const input = usvString(value);
    const href = native.parse(input, undefined, scratch);
    if (href === undefined) throw invalid(input, undefined);
    this.#take(href);
    if (this.#params) reparse(this.#params, this.search.slice(1));
  }

  get origin(): string {
    const scheme = this.#href.slice(0, this.#protocolEnd - 1);
    if (special.includes(scheme)) return `${this.protocol}//${this.host}`;
    if (scheme !== "blob") return "null";
    const inner = URL_.parse(this.pathname);
    return inner !== null && (inner.protocol === "http:" || inner.protocol === "https:") ? inner.origin : "null";
  }

  get protocol(): string { return this.#href.slice(0, this.#protocolEnd); }
  set protocol(value: unknown) { this.#set(Part.protocol, value); }

  get username(): string {
    return this.#protocolEnd + 2 < this.#usernameEnd ? this.#href.slice(this.#protocolEnd + 2, this.#usernameEnd) : "";
  }
  set username(value: unknown) { this.#set(Part.username, value); }

  get password(): string {
    return this.#hostStart - this.#usernameEnd > 0 ? this.#href.slice(this.#usernameEnd + 1, this.#hostStart) : "";
  }
  set password(value: unknown) { this.#set(Part.password, value); }

  get host(): string {
    let start = this.#hostStart;
    if (this.#href[start] === "@") start++;
    return this.#href.slice(start, this.#pathnameStart === omitted ? undefined : this.#hostAndPortEnd());
  }
  set host(value: unknown) { this.#set(Part.host, value); }

  // "/." may stand between the host and a path that begins with two slashes.
  #hostAndPortEnd(): number {
    return this.#port === omitted ? this.#hostEnd : this.#pathnameStart;
  }

  get hostname(): string {
    let start = this.#hostStart;
    if (this.#href[start] === "@") start++;
    return this.#href.slice(start, this.#hostEnd);
  }
  set hostname(value: unknown) { this.#set(Part.hostname, value); }

  get port(): string { return this.#port === omitted ? "" : String(this.#port); }
  set port(value: unknown) { this.#set(Part.port, value); }

  get pathname(): string {
    const end = this.#searchStart !== omitted ? this.#searchStart : this.#hashStart !== omitted ? this.#hashStart : undefined;
    return this.#href.slice(this.#pathnameStart, end);
  }
  set pathname(value: unknown) { this.#set(Part.pathname, value); }

  get search(): string {
    if (this.#searchStart === omitted) return "";
    const text = this.#href.slice(this.#searchStart, this.#hashStart === omitted ? undefined : this.#hashStart);
    return text === "?" ? "" : text;
  }
  set search(value: unknown) { this.#set(Part.search, value); }

  get searchParams(): URLSearchParams {
    this.#href;
    if (!this.#params) {
      this.#params = new URLSearchParams() as URLSearchParams;
      attach(this.#params, this.search.slice(1), (query) => {
        const href = native.update(this.#href, Part.search, query, scratch);
        if (href !== undefined) this.#take(href);
      });
    }
    return this.#params;
  }

  get hash(): string {
    if (this.#hashStart === omitted) return "";
    const text = this.#href.slice(this.#hashStart);
    return text === "#" ? "" : text;
  }
  set hash(value: unknown) { this.#set(Part.hash, value); }

  static {
    register({ name: "URL", is: (value: object) => #href in value, clone: () => refuseCopy("URL") });
  }

  toString(): string { return this.#href; }
  toJSON(): string { return this.#href; }
}

function invalid(input: string, base: string | undefined): TypeError {
  const shown = (text: string) => JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}...` : text);
  const error = new TypeError(base === undefined ? `Invalid URL: ${shown(input)}` : `Invalid URL: ${shown(input)} with base ${shown(base)}`);
  Object.defineProperty(error, "code", { value: "ERR_INVALID_URL", configurable: true, writable: true });
  return error;
}

export const URL = defineInterface(URL_, { name: "URL" });
