// SPDX-License-Identifier: Apache-2.0
// The Worker Loader: `load(code)` for a fresh worker, `get(id, code)` for one that is kept warm. Both answer at once;
// what goes wrong in loading is the answer of the first use. The SDK speaks through it to the daemon, a host worker to
// its own (env.LOADER).
import type { Carrier, OpenRequest, WorkerDescription } from "./channel.ts";
import { entrypointOf } from "./entrypoint.ts";
import { WorkerSession } from "./session.ts";
import type { Entrypoint } from "./types.ts";
import { type Limits, type PreparedCode, type WorkerCode, lowerLimits, prepareCode } from "./worker_code.ts";

type Source = () => WorkerCode | Promise<WorkerCode>;
export type CodeSource = WorkerCode | Source;

export interface EntrypointOptions {
  props?: unknown;
  /** Lower limits for the worker; they count only with the first entrypoint that is taken. */
  limits?: Limits;
}

/**
 * Workers with live bindings that nobody holds are kept for the next get(), this many: closing their session would end
 * them. The others are kept by whoever runs them, who can let them go when nobody has a session with them.
 */
const MAX_KEPT = 64;
const MAX_HASHES = 1_024;
/** Asks for content that no worker has: the daemon then wants the code, and finds the warm worker by its hash. */
const UNKNOWN_HASH = "0".repeat(64);

interface Lease {
  session: WorkerSession;
  release(): void;
}

export class WorkerStub implements Disposable {
  #open: ((limits: Limits | undefined) => Lease) | undefined;
  #lease: Lease | undefined;
  #limits: Limits | undefined;

  constructor(open: (limits: Limits | undefined) => Lease) {
    this.#open = open;
  }

  /** Absent or "default": the default export. */
  getEntrypoint<T = any>(name?: string | null, options: EntrypointOptions = {}): Entrypoint<T> {
    const session = this.#session(options.limits);
    const args = options.props === undefined ? [] : [options.props];
    const entrypoint = name === undefined || name === null || name === "default" ? undefined : name;
    const stub = args.length > 0 || entrypoint !== undefined
      ? session.remote.entrypoint(entrypoint, ...args)
      : session.remote.entrypoint();
    return entrypointOf<T>(stub);
  }

  getDurableObjectClass(): never {
    throw new TypeError("Workers of Mayfly have no Durable Objects.");
  }

  /** The worker's description when it has started; rejects with its start-up error. */
  ready(): Promise<WorkerDescription> {
    return this.#session(undefined).ready;
  }

  [Symbol.dispose](): void {
    this.#open = undefined;
    this.#lease?.release();
    this.#lease = undefined;
  }

  #session(limits: Limits | undefined): WorkerSession {
    if (this.#lease === undefined) {
      if (this.#open === undefined) throw new TypeError("The worker was disposed of.");
      this.#limits = limits;
      this.#lease = this.#open(limits);
    } else if (isLower(limits, this.#limits)) {
      throw new TypeError("A worker that runs already gets no lower limits: give them with the code, or load another.");
    }
    return this.#lease.session;
  }
}

function isLower(limits: Limits | undefined, than: Limits | undefined): boolean {
  return Object.entries(limits ?? {}).some(
    ([name, value]) => value !== undefined && value < ((than as Record<string, number> | undefined)?.[name] ?? Infinity),
  );
}

interface Kept {
  session: WorkerSession;
  holders: number;
  code: PreparedCode | undefined;
  text: string | undefined;
}

export class Loader implements Disposable {
  #carrier: Carrier;
  #inherited: unknown;
  #kept = new Map<string, Kept>();
  #sessions = new Set<WorkerSession>();
  #hashes = new Map<string, string>();

  /** `inherited`: where the fetch() of workers leads whose code names no globalOutbound; nothing: nowhere. */
  constructor(carrier: Carrier, inherited?: unknown) {
    this.#carrier = carrier;
    this.#inherited = inherited;
  }

  load(code: WorkerCode): WorkerStub {
    // Read now: whoever changes the object afterwards does not change the worker.
    const prepared = attempt(() => prepareCode(code, this.#inherited));
    return new WorkerStub((limits) => this.#fresh(prepared(), limits));
  }

  get(id: string | null | undefined, code: CodeSource): WorkerStub {
    if (id === null || id === undefined) {
      if (typeof code !== "function") return this.load(code);
      return new WorkerStub((limits) => this.#freshBySource(code, limits));
    }
    if (typeof code === "function") return new WorkerStub((limits) => this.#bySource(id, code, limits));
    const prepared = attempt(() => prepareCode(code, this.#inherited));
    return new WorkerStub((limits) => this.#byCode(id, prepared(), limits));
  }

  /** Ends all sessions: fresh workers and those with live bindings end, the other warm ones stay where they are. */
  [Symbol.dispose](): void {
    for (const session of [...this.#sessions]) session.close();
  }

  #fresh(code: PreparedCode, limits: Limits | undefined): Lease {
    const session = this.#start({ document: textOf(code, limits) });
    session.give(code);
    return { session, release: () => session.close() };
  }

  // The code is known, so the worker is one of exactly this content. With live bindings it can be nobody else's, and is
  // kept here; without, the daemon keeps it.
  #byCode(id: string, code: PreparedCode, limits: Limits | undefined): Lease {
    const text = textOf(code, limits);
    const kept = this.#kept.get(id);
    if (kept !== undefined && !kept.session.isOver && kept.text === text && sameBindings(kept.code, code)) {
      return this.#hold(id, kept);
    }
    if (code.live.size > 0) return this.#keep(id, this.#start({ document: text }), code, text);
    const hash = this.#hashes.get(text) ?? UNKNOWN_HASH;
    const session = this.#start({ id, hash, document: () => Promise.resolve(text) });
    void session.ready.then((description) => this.#learn(text, description.hash), () => {});
    return this.#keep(id, session, code, text);
  }

  #freshBySource(source: Source, limits: Limits | undefined): Lease {
    const session: WorkerSession = this.#start({ document: () => this.#ask(source, limits, session, undefined) });
    return { session, release: () => session.close() };
  }

  #bySource(id: string, source: Source, limits: Limits | undefined): Lease {
    const kept = this.#kept.get(id);
    if (limits === undefined && kept !== undefined && !kept.session.isOver) return this.#hold(id, kept);
    const hash = limits === undefined ? {} : { hash: UNKNOWN_HASH };
    const document = () => this.#ask(source, limits, session, this.#kept.get(id));
    const session: WorkerSession = this.#start({ id, ...hash, document });
    return this.#keep(id, session, undefined, undefined);
  }

  async #ask(source: Source, limits: Limits | undefined, session: WorkerSession, kept: Kept | undefined): Promise<string> {
    const code = prepareCode(await source(), this.#inherited);
    const text = textOf(code, limits);
    session.give(code);
    if (kept?.session === session) Object.assign(kept, { code, text });
    return text;
  }

  #start(request: OpenRequest): WorkerSession {
    const session = new WorkerSession(this.#carrier, request);
    this.#sessions.add(session);
    session.onEnd = () => this.#sessions.delete(session);
    if (session.isOver) this.#sessions.delete(session);
    return session;
  }

  #keep(id: string, session: WorkerSession, code: PreparedCode | undefined, text: string | undefined): Lease {
    const replaced = this.#kept.get(id);
    if (code !== undefined) session.give(code);
    const kept: Kept = { session, holders: 0, code, text };
    this.#kept.delete(id);
    this.#kept.set(id, kept);
    session.onEnd = () => {
      this.#sessions.delete(session);
      if (this.#kept.get(id) === kept) this.#kept.delete(id);
    };
    if (replaced?.holders === 0) replaced.session.close();
    return this.#hold(id, kept);
  }

  #hold(id: string, kept: Kept): Lease {
    kept.holders++;
    if (this.#kept.get(id) === kept) {
      this.#kept.delete(id);
      this.#kept.set(id, kept); // the last in order is the one used last
    }
    const release = () => {
      kept.holders--;
      const isBound = kept.code !== undefined && kept.code.live.size > 0;
      if (kept.holders === 0 && (!isBound || this.#kept.get(id) !== kept)) kept.session.close();
      this.#dropIdle();
    };
    return { session: kept.session, release };
  }

  #dropIdle(): void {
    const idle = [...this.#kept.values()].filter(({ holders }) => holders === 0);
    for (const kept of idle.slice(0, Math.max(0, idle.length - MAX_KEPT))) kept.session.close();
  }

  #learn(text: string, hash: string): void {
    this.#hashes.set(text, hash);
    if (this.#hashes.size > MAX_HASHES) this.#hashes.delete(this.#hashes.keys().next().value!);
  }
}

/** Code that is refused is refused at first use, as Workers do. */
function attempt(prepare: () => PreparedCode): () => PreparedCode {
  try {
    const prepared = prepare();
    return () => prepared;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}

function textOf(code: PreparedCode, limits: Limits | undefined): string {
  const lowered = lowerLimits(code.document.limits as Limits | undefined, limits);
  return JSON.stringify(lowered === undefined ? code.document : { ...code.document, limits: lowered });
}

function sameBindings(one: PreparedCode | undefined, other: PreparedCode): boolean {
  if (one === undefined || one.live.size !== other.live.size) return false;
  return [...one.live].every(([name, value]) => other.live.get(name) === value);
}

