// SPDX-License-Identifier: Apache-2.0
// RequestInit (Fetch standard, 5.4). All members are read and converted before any is looked at, in the order of their
// names, as Web IDL asks. `cf` of Workers is accepted and means nothing.
import { type AbortSignal, isSignal } from "group:events";
import { URL } from "group:url";
import { byteString, convert, dictionary, domString, enumeration, usvString } from "group:webidl";
import { convertBody } from "./body_init.ts";
import { type Pairs, readHeadersInit } from "./headers.ts";

const caches = ["default", "no-store", "reload", "no-cache", "force-cache", "only-if-cached"];
const modes = ["navigate", "same-origin", "no-cors", "cors"];
const policies = [
  "", "no-referrer", "no-referrer-when-downgrade", "same-origin", "origin", "strict-origin", "origin-when-cross-origin",
  "strict-origin-when-cross-origin", "unsafe-url",
];

const choice = (values: string[], name: string) => (value: unknown) => enumeration(value, values, `Request: ${name}`);

function signal(value: unknown): AbortSignal | null {
  if (value === null) return null;
  if (isSignal(value)) return value;
  throw new TypeError("Request: the signal is not an AbortSignal");
}

const members: [string, (value: any) => unknown][] = [
  ["body", convertBody],
  ["cache", choice(caches, "cache")],
  ["credentials", choice(["omit", "same-origin", "include"], "credentials")],
  ["duplex", choice(["half"], "duplex")],
  ["headers", (value) => readHeadersInit(value, "Request")],
  ["integrity", domString],
  ["keepalive", (value) => Boolean(value)],
  ["method", (value) => byteString(value, "Request: method")],
  ["mode", choice(modes, "mode")],
  ["priority", choice(["high", "low", "auto"], "priority")],
  ["redirect", choice(["follow", "error", "manual"], "redirect")],
  ["referrer", usvString],
  ["referrerPolicy", choice(policies, "referrerPolicy")],
  ["signal", signal],
  ["window", (value) => value],
];

export interface RequestInit {
  // Whether any member was there.
  isEmpty: boolean;
  body?: ReturnType<typeof convertBody>;
  cache?: string;
  credentials?: string;
  duplex?: string;
  headers?: Pairs;
  integrity?: string;
  keepalive?: boolean;
  method?: string;
  mode?: string;
  redirect?: string;
  referrer?: string;
  referrerPolicy?: string;
  signal?: AbortSignal | null;
  window?: unknown;
}

export function readRequestInit(value: unknown): RequestInit {
  const init = dictionary(value, "Request: the second argument");
  const result: any = { __proto__: null, isEmpty: true };
  for (let i = 0; i < members.length; i++) {
    const [name, converted] = members[i]!;
    const member = init[name];
    if (member === undefined) continue;
    result[name] = converted(member);
    result.isEmpty = false;
  }
  return result;
}

const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

export function normalizeMethod(method: string): string {
  if (!token.test(method)) throw new TypeError(`Request: ${JSON.stringify(method)} is not a valid method`);
  const upper = method.toUpperCase();
  if (["CONNECT", "TRACE", "TRACK"].includes(upper)) throw new TypeError(`Request: the method ${upper} is not allowed`);
  return ["DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"].includes(upper) ? upper : method;
}

/** "client", "no-referrer" or a URL. Here no origin is ours, so any URL may be named. */
export function readReferrer(text: string): string {
  if (text === "") return "no-referrer";
  const url = URL.parse(text);
  if (url === null) throw new TypeError(`Request: the referrer ${JSON.stringify(text.slice(0, 200))} is not a valid URL`);
  return url.protocol === "about:" && url.pathname === "client" ? "client" : url.href;
}
