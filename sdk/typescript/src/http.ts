// SPDX-License-Identifier: Apache-2.0
// Requests to the daemon: over TCP by fetch(), over a Unix socket by node:http. Errors of the daemon become MayflyError;
// what may be repeated is, when that can help.
import { MayflyError, failureOf } from "../../../rpc/error.ts";

export interface Address {
  url: string;
  apiKey: string | undefined;
  socketPath: string | undefined;
  /** How often a request that may be repeated is tried again. */
  retries: number;
}

export interface HttpRequest {
  method: string;
  path: string;
  headers?: Record<string, string> | Headers;
  body?: string | ReadableStream<Uint8Array> | null;
  signal?: AbortSignal | undefined;
  /** Sending it twice is like sending it once. */
  idempotent?: boolean;
}

const RETRY_MS = 100;
const MAX_RETRY_SECONDS = 30;

export class Http {
  readonly address: Address;

  constructor(address: Address) {
    this.address = address;
  }

  /** The JSON of a successful answer. */
  async json<T>(request: HttpRequest): Promise<T> {
    const response = await this.send(request);
    return (response.status === 204 ? undefined : await response.json()) as T;
  }

  /** A successful answer, or a MayflyError. */
  async send(request: HttpRequest): Promise<Response> {
    const idempotent = request.idempotent ?? ["GET", "PUT", "DELETE", "HEAD"].includes(request.method);
    for (let attempt = 0; ; attempt++) {
      try {
        const response = await this.exchange(request);
        if (response.ok) return response;
        throw await errorOfResponse(response);
      } catch (error) {
        request.signal?.throwIfAborted();
        if (!(error instanceof MayflyError) || !error.retryable || !idempotent || attempt >= this.address.retries) throw error;
        const wait = error.retryAfter === undefined ? RETRY_MS * 2 ** attempt * (1 + Math.random()) : error.retryAfter * 1000;
        await pause(Math.min(wait, MAX_RETRY_SECONDS * 1000), request.signal);
      }
    }
  }

  /** One exchange, whatever its status. */
  async exchange(request: HttpRequest): Promise<Response> {
    const headers = new Headers(request.headers);
    if (this.address.apiKey !== undefined) headers.set("Authorization", `Bearer ${this.address.apiKey}`);
    if (typeof request.body === "string" && !headers.has("Content-Type")) headers.set("Content-Type", "application/json");
    try {
      return this.address.socketPath === undefined
        ? await this.#overTcp(request, headers)
        : await (await import("./unix_http.ts")).exchangeOverSocket(this.address.socketPath, request, headers);
    } catch (error) {
      request.signal?.throwIfAborted();
      throw unreachable(this.address, error);
    }
  }

  #overTcp({ method, path, body, signal }: HttpRequest, headers: Headers): Promise<Response> {
    const init: RequestInit & { duplex?: "half" } = { method, headers, redirect: "manual", signal: signal ?? null };
    if (body !== undefined && body !== null) init.body = body;
    if (body instanceof ReadableStream) init.duplex = "half";
    return fetch(this.address.url + path, init);
  }
}

export function unreachable(address: Address, cause: unknown): MayflyError {
  const where = address.socketPath ?? address.url;
  const reason = cause instanceof Error ? String((cause.cause as Error | undefined)?.message ?? cause.message) : String(cause);
  return new MayflyError({ code: "E_UNAVAILABLE", message: `no answer from ${where}: ${reason}`, retryable: true }, { cause });
}

export async function errorOfResponse(response: { status: number; headers: Headers; text(): Promise<string> }): Promise<MayflyError> {
  const text = await response.text().catch(() => "");
  const after = Number(response.headers.get("Retry-After") ?? NaN);
  const retryAfter = Number.isFinite(after) ? after : undefined;
  try {
    return new MayflyError(failureOf((JSON.parse(text) as { error?: unknown }).error), { retryAfter });
  } catch {
    const message = `status ${response.status} with no error document: ${text.slice(0, 200)}`;
    return new MayflyError({ code: "E_INTERNAL", message, retryable: response.status >= 502 }, { retryAfter });
  }
}

export function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", abort);
      resolve();
    }, milliseconds);
    signal?.addEventListener("abort", abort, { once: true });
  });
}
