// SPDX-License-Identifier: Apache-2.0
// The code of a worker as programs give it (the Worker Loader's shape), and as the daemon takes it (docs/api.md).
import { isPlainData, liveValue, outboundOf } from "./bindings.ts";
import type { LogRecord } from "./channel.ts";

export type Module =
  | string
  | { js: string }
  | { ts: string }
  | { tsx: string }
  | { jsx: string }
  | { cjs: string }
  | { text: string }
  | { json: unknown }
  | { data: ArrayBuffer | ArrayBufferView }
  | { wasm: ArrayBuffer | ArrayBufferView };

export interface Limits {
  cpuMs?: number;
  wallMs?: number;
  memoryMb?: number;
  outputBytes?: number;
  logBytes?: number;
}

/** Anything with a fetch, such as an entrypoint of another worker. */
export interface Fetcher {
  fetch(request: Request): Response | Promise<Response>;
}

/** Something that is told what a worker logged and how it ended. */
export interface Tail {
  tail(events: TailEvent[]): unknown;
}
export interface TailEvent {
  scriptName: string | null;
  outcome: "ok" | "exception" | "canceled" | "exceededCpu" | "exceededMemory" | "unknown" | null;
  eventTimestamp: number;
  logs: { timestamp: number; level: string; message: unknown[] }[];
  exceptions: { timestamp: number; name: string; message: string; code?: string }[];
}

export interface WorkerCode {
  mainModule?: string;
  modules?: Record<string, Module>;
  /** In place of the two: one module, JavaScript or TypeScript. */
  code?: string;
  /** JSON goes with the code; functions, targets, stubs and other live values stay here and are called from there. */
  env?: object;
  /** Absent: as the surroundings say (the SDK: none). null: no network. */
  globalOutbound?: Fetcher | ((request: Request) => Response | Promise<Response>) | null | undefined;
  limits?: Limits;
  allow?: ("eval" | "wasm")[];
  tails?: Tail[];
  onLog?: (record: LogRecord) => void;
  /** Names in env under which the worker finds a loader of its own. */
  loaders?: string[];
  compatibilityDate?: string;
  compatibilityFlags?: string[];
  allowExperimental?: boolean;
}

/** A worker's code, divided. */
export interface PreparedCode {
  document: Record<string, unknown>;
  /** Bindings by name, as they were given, to tell whether two codes hold the same ones. */
  live: ReadonlyMap<string, unknown>;
  env: Record<string, unknown>;
  outbound: unknown;
  tails: readonly Tail[];
  onLog: ((record: LogRecord) => void) | undefined;
}

const known = new Set([
  "mainModule", "modules", "code", "env", "globalOutbound", "limits", "allow", "tails", "onLog", "loaders",
  "compatibilityDate", "compatibilityFlags", "allowExperimental", "streamingTails",
]);

export function prepareCode(code: WorkerCode, inherited?: unknown): PreparedCode {
  if (typeof code !== "object" || code === null) throw new TypeError("A worker's code is an object.");
  for (const name of Object.keys(code)) {
    if (!known.has(name)) throw new TypeError(`A worker's code has no "${name}"; known are ${[...known].join(", ")}.`);
  }
  const document: Record<string, unknown> = {};
  if (code.code !== undefined) document.code = code.code;
  if (code.mainModule !== undefined) document.mainModule = code.mainModule;
  if (code.modules !== undefined) {
    document.modules = Object.fromEntries(Object.entries(code.modules).map(([name, module]) => [name, sent(name, module)]));
  }
  for (const name of ["allow", "limits", "loaders"] as const) {
    if (code[name] !== undefined) document[name] = code[name];
  }
  const { plain, live, env } = divide(code.env ?? {});
  if (Object.keys(plain).length > 0) document.env = plain;
  if (live.size > 0) document.bindings = [...live.keys()];
  const given = code.globalOutbound === undefined ? inherited : code.globalOutbound;
  const outbound = given === undefined || given === null ? undefined : outboundOf(given);
  if (outbound !== undefined) {
    document.outbound = true;
    live.set("globalOutbound", given);
  }
  return { document, live, env, outbound, tails: code.tails ?? [], onLog: code.onLog };
}

function divide(env: object) {
  const plain: Record<string, unknown> = {};
  const live = new Map<string, unknown>();
  const values: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined) continue;
    if (isPlainData(value)) {
      plain[name] = value;
    } else {
      live.set(name, value);
      values[name] = liveValue(value, `env.${name}`);
    }
  }
  return { plain, live, env: values };
}

function sent(name: string, module: Module): unknown {
  if (typeof module === "string") return module;
  const forms = typeof module === "object" && module !== null ? Object.entries(module) : [];
  if (forms.length !== 1) throw new TypeError(`The module "${name}" is text or an object with one form, such as {js: "..."}.`);
  const [form, value] = forms[0]!;
  if (form !== "data" && form !== "wasm") return module;
  return { [form]: base64(bytesOf(name, value)) };
}

function bytesOf(name: string, value: unknown): Uint8Array {
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  throw new TypeError(`The module "${name}" is no ArrayBuffer and no view of one.`);
}

function base64(bytes: Uint8Array): string {
  const native = (bytes as { toBase64?(): string }).toBase64;
  if (native !== undefined) return native.call(bytes);
  let text = "";
  for (let i = 0; i < bytes.length; i += 0x8000) text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(text);
}

/** The lower of two limits, member by member. */
export function lowerLimits(limits: Limits | undefined, more: Limits | undefined): Limits | undefined {
  if (more === undefined) return limits;
  const lower: Record<string, number> = { ...limits } as Record<string, number>;
  for (const [name, value] of Object.entries(more)) {
    if (value !== undefined) lower[name] = Math.min(lower[name] ?? Infinity, value);
  }
  return lower;
}
