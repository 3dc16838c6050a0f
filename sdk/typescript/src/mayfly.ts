// SPDX-License-Identifier: Apache-2.0
// The client: runs, workers over HTTP, and the Worker Loader with live bindings.
import { type CodeSource, Loader, type WorkerCode, type WorkerStub } from "../../../rpc/index.ts";
import { type Address, Http } from "./http.ts";
import { OutcomePromise } from "./outcome.ts";
import type { LocalMayfly, LocalOptions } from "./local.ts";
import { RpcConnection } from "./rpc_connection.ts";
import { type RunOptions, type RunRequest, run } from "./run.ts";
import { Workers } from "./workers.ts";

export interface MayflyOptions {
  /** Where the daemon is: http://127.0.0.1:7070 unless given here or in MAYFLY_URL. */
  url?: string | URL;
  /** Given here or in MAYFLY_API_KEY. */
  apiKey?: string;
  /** A Unix socket in place of the URL's host. */
  socketPath?: string;
  /** How often a request is tried again that may be repeated and failed for now; 2. */
  retries?: number;
}

export interface UsageQuery {
  from?: string | Date;
  to?: string | Date;
  by?: "hour" | "day" | "key";
}
export interface UsageRow {
  tenant: string;
  key?: string;
  from: string;
  runs: number;
  calls: number;
  cpuMs: number;
  wallMs: number;
  memoryMbMs: number;
  bytesIn: number;
  bytesOut: number;
  errors: number;
}
export interface AuditQuery {
  after?: number;
  limit?: number;
  what?: string[];
}
export interface AuditRecord {
  seq: number;
  at: string;
  tenant: string;
  key: string;
  what: string;
  subject: string;
  detail: unknown;
  trace?: string;
  hash: string;
}
export interface Health {
  status: "ok" | "starting" | "draining";
  version: string;
  v8: string;
  layers: Record<string, unknown>;
  uptimeSeconds: number;
}

const environment = (name: string) => (typeof process === "undefined" ? undefined : process.env[name]);

export class Mayfly implements Disposable, AsyncDisposable {
  /** The daemon's workers over plain HTTP. */
  readonly workers: Workers;
  #http: Http;
  #connection: RpcConnection;
  #loader: Loader;

  constructor(options: MayflyOptions = {}) {
    const url = new URL(options.url ?? environment("MAYFLY_URL") ?? "http://127.0.0.1:7070");
    if (url.protocol !== "http:" && url.protocol !== "https:") throw new TypeError(`"${url}" is no http or https URL.`);
    const address: Address = {
      url: (url.origin + url.pathname).replace(/\/+$/, ""),
      apiKey: options.apiKey ?? environment("MAYFLY_API_KEY"),
      socketPath: options.socketPath,
      retries: options.retries ?? 2,
    };
    this.#http = new Http(address);
    this.#connection = new RpcConnection(address);
    this.#loader = new Loader(this.#connection);
    this.workers = new Workers(this.#http);
  }

  /** Starts a private daemon; `await using mayfly = await Mayfly.local()` ends it again. */
  static async local(options?: LocalOptions): Promise<LocalMayfly> {
    return (await import("./local.ts")).startLocal(options);
  }

  /** Runs a program once, in a process of its own. Its failure is data: see `status`, or ask for `.value()`. */
  run<T = unknown>(program: string | RunRequest, options: RunOptions = {}): OutcomePromise<T> {
    return OutcomePromise.of(run<T>(this.#http, program, options));
  }

  /** A fresh worker, which lives until it is disposed of. */
  load(code: WorkerCode): WorkerStub {
    return this.#loader.load(code);
  }

  /** The worker of this id and content; it is kept warm. Code may be a function, which is asked only on a miss. */
  get(id: string | null | undefined, code: CodeSource): WorkerStub {
    return this.#loader.get(id, code);
  }

  async usage(query: UsageQuery = {}): Promise<UsageRow[]> {
    return (await this.#http.json<{ rows: UsageRow[] }>({ method: "GET", path: `/v1/usage${queryOf(query)}` })).rows;
  }

  async audit(query: AuditQuery = {}): Promise<AuditRecord[]> {
    return (await this.#http.json<{ records: AuditRecord[] }>({ method: "GET", path: `/v1/audit${queryOf(query)}` })).records;
  }

  /** Also when it is not well: look at `status`. */
  async healthz(): Promise<Health> {
    return (await (await this.#http.exchange({ method: "GET", path: "/healthz" })).json()) as Health;
  }

  /** Ends all sessions: workers that were loaded end, those that are kept warm stay. */
  close(): void {
    this.#loader[Symbol.dispose]();
    this.#connection.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }
}

function queryOf(query: object): string {
  const pairs = Object.entries(query).filter(([, value]) => value !== undefined);
  const text = new URLSearchParams(pairs.map(([name, value]) => [name, value instanceof Date ? value.toISOString() : String(value)]));
  return pairs.length === 0 ? "" : `?${text}`;
}
