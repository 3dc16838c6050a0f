// SPDX-License-Identifier: Apache-2.0
// The daemon's workers over plain HTTP (docs/api.md, "Workers"): no live objects, nothing to hold on to.
import type { Fetcher, Limits, WorkerCode, WorkerDescription } from "../../../rpc/index.ts";
import { prepareCode } from "../../../rpc/worker_code.ts";
import type { Http } from "./http.ts";
import type { Outcome } from "./outcome.ts";
import { OutcomePromise } from "./outcome.ts";

export interface CallRequest {
  entrypoint?: string;
  method?: string;
  input?: unknown;
  arguments?: unknown[];
  props?: unknown;
  limits?: Limits;
  outputSchema?: unknown;
}

export interface WorkerFetchOptions {
  entrypoint?: string;
  props?: unknown;
}

// What the daemon needs of the request, or what it would not pass on.
const notPassedOn = ["host", "connection", "content-length", "transfer-encoding", "authorization", "x-api-key"];

function documentOf(code: WorkerCode): string {
  const { document, live } = prepareCode(code);
  if (live.size === 0) return JSON.stringify(document);
  throw new TypeError(`${[...live.keys()][0]} is a live object; such workers are loaded by load() and get().`);
}

export class Workers {
  #http: Http;

  constructor(http: Http) {
    this.#http = http;
  }

  /** Loads a worker under a new id and waits until it has started. */
  create(code: WorkerCode): Promise<WorkerDescription> {
    return this.#http.json({ method: "POST", path: "/v1/workers", body: documentOf(code) });
  }

  /** The worker with this id and this content, loaded if need be. Does not wait for its start. */
  put(id: string, code: WorkerCode): Promise<WorkerDescription> {
    return this.#http.json({ method: "PUT", path: pathOf(id), body: documentOf(code) });
  }

  async list(): Promise<WorkerDescription[]> {
    return (await this.#http.json<{ workers: WorkerDescription[] }>({ method: "GET", path: "/v1/workers" })).workers;
  }

  inspect(id: string): Promise<WorkerDescription> {
    return this.#http.json({ method: "GET", path: pathOf(id) });
  }

  async evict(id: string): Promise<void> {
    await this.#http.send({ method: "DELETE", path: pathOf(id) }).then(drain);
  }

  async pin(id: string): Promise<void> {
    await this.#http.send({ method: "POST", path: `${pathOf(id)}/pin`, idempotent: true }).then(drain);
  }

  async unpin(id: string): Promise<void> {
    await this.#http.send({ method: "DELETE", path: `${pathOf(id)}/pin` }).then(drain);
  }

  /** Calls a method with JSON, as a run does. */
  call<T = unknown>(id: string, call: CallRequest = {}, options: { signal?: AbortSignal } = {}): OutcomePromise<T> {
    const request = { method: "POST", path: `${pathOf(id)}/call`, body: JSON.stringify(call), signal: options.signal };
    return OutcomePromise.of(this.#http.json<Outcome<T>>(request));
  }

  /** Asks the worker's fetch handler; `input` is a path or a request, whose host it does not get to see. */
  async fetch(id: string, input: string | URL | Request = "/", init?: RequestInit & WorkerFetchOptions): Promise<Response> {
    const { entrypoint, props, ...rest } = init ?? {};
    if (rest.body instanceof ReadableStream) (rest as { duplex?: string }).duplex = "half";
    const request = new Request(input instanceof Request ? input : new URL(input, "http://worker/"), rest);
    const headers = new Headers(request.headers);
    for (const name of notPassedOn) headers.delete(name);
    if (entrypoint !== undefined) headers.set("Mayfly-Entrypoint", entrypoint);
    if (props !== undefined) headers.set("Mayfly-Props", asciiJson(props));
    const { pathname, search } = new URL(request.url);
    return this.#http.exchange({
      method: request.method,
      path: `${pathOf(id)}/fetch${pathname}${search}`,
      headers,
      body: request.body,
      signal: request.signal,
    });
  }

  /** A worker as something with a fetch. */
  fetcher(id: string, options: WorkerFetchOptions = {}): Fetcher {
    return { fetch: (request: Request) => this.fetch(id, request, options) };
  }
}

const pathOf = (id: string) => `/v1/workers/${encodeURIComponent(id).replaceAll("%3A", ":").replaceAll("%40", "@")}`;

// A header holds no more than ASCII for certain.
function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

async function drain(response: Response): Promise<void> {
  await response.body?.cancel();
}
