// SPDX-License-Identifier: Apache-2.0
// POST /v1/run, plain or as a stream of events that survives a lost connection.
import { type Limits, type LogRecord, MayflyError, type Module } from "../../../rpc/index.ts";
import { prepareCode } from "../../../rpc/worker_code.ts";
import { type Http, pause } from "./http.ts";
import type { Outcome } from "./outcome.ts";
import { serverEvents } from "./server_events.ts";

export interface RunRequest {
  code?: string;
  mainModule?: string;
  modules?: Record<string, Module>;
  input?: unknown;
  arguments?: unknown[];
  entrypoint?: string;
  method?: string;
  env?: Record<string, unknown>;
  props?: unknown;
  allow?: ("eval" | "wasm")[];
  limits?: Limits;
  /** JSON Schema 2020-12 of the result. */
  outputSchema?: unknown;
  globalOutbound?: null;
}

export interface RunOptions {
  /** Called for each log record while the program runs. */
  onLog?: (record: LogRecord) => void;
  /** Cancels the run. */
  signal?: AbortSignal;
  /** The same key runs once; with it a run may be tried again. `true`: a key of its own. */
  idempotencyKey?: string | true;
  /** W3C Trace Context. */
  traceparent?: string;
}

const RESUME_ATTEMPTS = 10;

export function documentOf(request: string | RunRequest): string {
  if (typeof request === "string") return JSON.stringify({ code: request });
  const { code, mainModule, modules, env, allow, limits, ...call } = request;
  const parts = Object.entries({ code, mainModule, modules, env, allow, limits }).filter(([, value]) => value !== undefined);
  const { document, live } = prepareCode(Object.fromEntries(parts));
  if (live.size > 0) {
    throw new TypeError(`env.${[...live.keys()][0]} is no JSON; live objects go with load() and get(), not with run().`);
  }
  return JSON.stringify({ ...document, ...call });
}

export async function run<T>(http: Http, request: string | RunRequest, options: RunOptions): Promise<Outcome<T>> {
  const { signal, onLog, idempotencyKey, traceparent } = options;
  signal?.throwIfAborted();
  const headers: Record<string, string> = {};
  if (idempotencyKey !== undefined) headers["Idempotency-Key"] = idempotencyKey === true ? crypto.randomUUID() : idempotencyKey;
  if (traceparent !== undefined) headers["traceparent"] = traceparent;
  const post = {
    method: "POST",
    path: "/v1/run",
    headers,
    body: documentOf(request),
    signal,
    idempotent: idempotencyKey !== undefined,
  };
  if (onLog === undefined) return http.json<Outcome<T>>(post);
  return new RunEvents<T>(http, onLog, signal).outcome({ ...post, headers: { ...headers, Accept: "text/event-stream" } });
}

class RunEvents<T> {
  #http: Http;
  #onLog: (record: LogRecord) => void;
  #signal: AbortSignal | undefined;
  #logs: LogRecord[] = [];
  #lastId: string | undefined;
  #runId: string | undefined;
  #gap = false; // more was logged than the daemon kept while the connection was lost

  constructor(http: Http, onLog: (record: LogRecord) => void, signal: AbortSignal | undefined) {
    this.#http = http;
    this.#onLog = onLog;
    this.#signal = signal;
  }

  async outcome(post: Parameters<Http["send"]>[0]): Promise<Outcome<T>> {
    // Closing a stream does not cancel the run: that takes a request of its own.
    const cancel = () => {
      if (this.#runId === undefined) return;
      this.#http.send({ method: "DELETE", path: `/v1/runs/${this.#runId}` }).catch(() => {});
    };
    this.#signal?.addEventListener("abort", cancel, { once: true });
    try {
      let response = await this.#http.send(post);
      this.#runId = response.headers.get("Mayfly-Run-Id") ?? undefined;
      if (this.#signal?.aborted) cancel();
      for (let attempt = 0; ; attempt++) {
        const before = this.#lastId;
        const outcome = await this.#follow(response);
        if (outcome !== undefined) return outcome;
        this.#signal?.throwIfAborted();
        if (this.#lastId !== before) attempt = 0;
        if (attempt >= RESUME_ATTEMPTS || this.#runId === undefined) throw lost(this.#runId);
        await pause(50 * 2 ** attempt, this.#signal);
        response = await this.#resume();
      }
    } finally {
      this.#signal?.removeEventListener("abort", cancel);
    }
  }

  #resume(): Promise<Response> {
    const headers: Record<string, string> = { Accept: "text/event-stream" };
    if (this.#lastId !== undefined) headers["Last-Event-ID"] = this.#lastId;
    return this.#http.send({ method: "GET", path: `/v1/runs/${this.#runId}/events`, headers, signal: this.#signal });
  }

  // Undefined when the connection was lost before the outcome.
  async #follow(response: Response): Promise<Outcome<T> | undefined> {
    const events = serverEvents(response.body!);
    for (;;) {
      let next: Awaited<ReturnType<typeof events.next>>;
      try {
        next = await events.next();
      } catch {
        this.#signal?.throwIfAborted();
        return undefined;
      }
      if (next.done) return undefined;
      const { event, id, data } = next.value;
      if (id !== undefined) this.#lastId = id;
      if (event === "outcome") {
        await events.return(undefined);
        const outcome = JSON.parse(data) as Outcome<T>;
        return { ...outcome, logs: this.#logs, logsTruncated: outcome.logsTruncated || this.#gap };
      }
      if (event === "gap") this.#gap = true;
      if (event !== "log") continue;
      const record = JSON.parse(data) as LogRecord;
      this.#logs.push(record);
      this.#onLog(record);
    }
  }
}

function lost(id: string | undefined): MayflyError {
  const message = `the connection was lost and the events of run ${id ?? "(unknown)"} could not be had again`;
  return new MayflyError({ code: "E_UNAVAILABLE", message, retryable: false });
}
