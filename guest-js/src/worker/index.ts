// SPDX-License-Identifier: Apache-2.0
// The classes of Workers' module API, the context that handlers get, and the way from an input to a Request and from a
// Response to a result. Programs see the part of it that the group "worker-public" exports.
import { isResponse } from "group:fetch";
import { defineInterface, requireArguments } from "group:webidl";

const native = require("native:worker") as {
  env(): object;
  waitUntil(promise: unknown): void;
};

// Made on first use: this module runs in the zygote, where there is no job yet.
let env: object | undefined;

export function getEnv(): object {
  return (env ??= native.env());
}

export function waitUntil(promise: unknown): void {
  requireArguments(arguments.length, 1, "waitUntil");
  native.waitUntil(promise);
}

let mayConstruct = false;

class ExecutionContext {
  readonly props: unknown;
  #isContext = true;
  constructor(props: unknown) {
    if (!mayConstruct) throw new TypeError("Illegal constructor");
    this.props = props;
  }
  waitUntil(promise: unknown): void {
    requireArguments(arguments.length, 1, "waitUntil");
    if (!(#isContext in this)) throw new TypeError("Illegal invocation: waitUntil is a method of the context");
    native.waitUntil(promise);
  }
  // Stubs for the program's own entrypoints. Only a worker has them.
  get exports(): object {
    if (!(#isContext in this)) throw new TypeError("Illegal invocation: exports is a property of the context");
    return require("group:rpc").loopbacks();
  }
  // There is no origin behind a sandbox that a failed request could pass through to.
  passThroughOnException(): void {
    if (!(#isContext in this)) throw new TypeError("Illegal invocation: passThroughOnException is a method of the context");
  }
}

defineInterface(ExecutionContext);

/** The context of one call. */
export function makeContext(props: unknown): ExecutionContext {
  mayConstruct = true;
  try {
    return new ExecutionContext(props);
  } finally {
    mayConstruct = false;
  }
}

export class WorkerEntrypoint {
  ctx: unknown;
  env: unknown;
  constructor(ctx: unknown, env: unknown) {
    this.ctx = ctx;
    this.env = env;
  }
}

export class RpcTarget {}

const kRequestKeys = ["url", "method", "headers", "body"];

/** The Request that an input describes: nothing, a URL, or { url, method, headers, body }. */
export function toRequest(input: unknown): unknown {
  const Request = (globalThis as any).Request;
  if (input === undefined || input === null) return new Request("http://localhost/");
  if (typeof input === "string") return new Request(input);
  if (typeof input !== "object" || typeof (input as any).url !== "string") {
    throw new TypeError("the input of a fetch handler is a URL or { url, method, headers, body }");
  }
  for (const key of Object.keys(input)) {
    if (!kRequestKeys.includes(key)) throw new TypeError(`the input of a fetch handler has no member ${key}: it is { url, method, headers, body }`);
  }
  const { url, method, headers, body } = input as any;
  const init: Record<string, unknown> = {};
  if (method !== undefined) init.method = method;
  if (headers !== undefined) init.headers = headers;
  if (body !== undefined && body !== null) init.body = typeof body === "string" ? body : JSON.stringify(body);
  return new Request(url, init);
}

export function demandResponse(value: any): void {
  if (typeof value !== "object" || value === null || !isResponse(value)) {
    throw new TypeError("the fetch handler did not return a Response; write `return new Response(text)` or `Response.json(value)`");
  }
}

/** A Response as data: { status, headers, body }, and with bytes that are no text `bodyBase64` in place of `body`. */
export async function toResult(response: any): Promise<object> {
  demandResponse(response);
  const headers: Record<string, unknown> = Object.create(null);
  for (const [name, value] of response.headers) {
    headers[name] = name in headers ? [headers[name], value].flat() : value;
  }
  const bytes = new Uint8Array(await response.arrayBuffer());
  const result = { status: response.status, headers };
  try {
    return { ...result, body: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    return { ...result, bodyBase64: (bytes as any).toBase64() };
  }
}
