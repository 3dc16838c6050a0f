// SPDX-License-Identifier: Apache-2.0
// An executor for the npm package @cloudflare/codemode: `execute(code, providers) -> {result, error?, logs?}`. The code
// runs in a fresh worker; what it calls, such as `codemode.search(...)`, runs here. A time-out is real: the process ends.
import { type LogRecord, RpcTarget, type WorkerCode, type WorkerStub } from "../../../rpc/index.ts";
import { programText, programsOf } from "./executor_program.ts";
import { jsonCopy } from "./json_copy.ts";

export interface ExecuteResult {
  result: unknown;
  error?: string;
  logs?: string[];
}

type Functions = Record<string, (...args: any[]) => unknown>;

export interface ResolvedProvider {
  name: string;
  fns: Functions;
  /** JavaScript that runs in the sandbox after the provider's namespace was made. */
  prelude?: string;
}

interface Connector {
  name: string;
  binding: { callTool(method: string, args: unknown): Promise<unknown> };
}

export interface MayflyExecutorOptions {
  /** A Mayfly, or anything that loads workers. */
  loader: { load(code: WorkerCode): WorkerStub };
  /** Milliseconds; 60,000. */
  timeout?: number;
  /** null: no network, which is the default. */
  globalOutbound?: WorkerCode["globalOutbound"];
  /** More modules for the sandbox, by name. */
  modules?: WorkerCode["modules"];
  /** More members of the sandbox's env. */
  bindings?: Record<string, unknown>;
  /** `cpuMs` is the time-out's unless it is given here. */
  limits?: WorkerCode["limits"];
}

const TIMED_OUT = "Execution timed out";
const identifier = /^[a-zA-Z_$][a-zA-Z0-9_$]*$/;
const reserved = new Set(["WorkerEntrypoint", "CodeExecutor", "Promise", "Error", "console"]);

/** The functions of a namespace, called by name. */
class Dispatcher extends RpcTarget {
  #functions: Map<string, (...args: unknown[]) => unknown>;
  constructor(functions: Map<string, (...args: unknown[]) => unknown>) {
    super();
    this.#functions = functions;
  }
  async call(name: string, args: unknown[]): Promise<unknown> {
    const tool = this.#functions.get(name);
    if (tool === undefined) throw new Error(`Tool "${name}" not found`);
    try {
      return jsonCopy(await tool(...args));
    } catch (error) {
      // The message alone: the rest is the host's own business.
      throw new Error(error instanceof Error ? error.message : String(error));
    }
  }
}

class ConnectorTarget extends RpcTarget {
  #binding: Connector["binding"];
  constructor(binding: Connector["binding"]) {
    super();
    this.#binding = binding;
  }
  async callTool(method: string, args: unknown): Promise<unknown> {
    return this.#binding.callTool(method, args);
  }
}

interface CodeExecutor {
  evaluate(dispatchers: Record<string, Dispatcher>, connectors: Record<string, ConnectorTarget>): ExecuteResult;
}

export class MayflyExecutor {
  #options: MayflyExecutorOptions;

  constructor(options: MayflyExecutorOptions) {
    this.#options = options;
  }

  /** Never rejects: what goes wrong is in `error`. */
  async execute(
    code: string,
    providersOrFns: ResolvedProvider[] | Functions,
    options: { connectors?: Connector[] } = {},
  ): Promise<ExecuteResult> {
    const providers = Array.isArray(providersOrFns) ? providersOrFns : [{ name: "codemode", fns: providersOrFns }];
    const connectors = options.connectors ?? [];
    const refused = refusedName([...providers, ...connectors]);
    if (refused !== undefined) return { result: undefined, error: refused };
    const dispatchers: Record<string, Dispatcher> = {};
    for (const { name, fns } of providers) {
      const functions = new Map<string, (...args: unknown[]) => unknown>();
      for (const [given, tool] of Object.entries(fns)) {
        const tame = toolName(given);
        if (functions.has(tame)) {
          return { result: undefined, error: `Two tools of provider "${name}" are both called "${tame}" in the sandbox` };
        }
        functions.set(tame, tool);
      }
      dispatchers[name] = new Dispatcher(functions);
    }
    const targets = Object.fromEntries(connectors.map(({ name, binding }) => [name, new ConnectorTarget(binding)]));
    const deadline = Date.now() + (this.#options.timeout ?? 60_000);
    let first: Attempt | undefined;
    for (const program of programsOf(code)) {
      const attempt = await this.#attempt(programText(program, providers, connectors), dispatchers, targets, deadline);
      if (!attempt.unreadable) return attempt.answer;
      first ??= attempt;
    }
    return first!.answer;
  }

  async #attempt(
    text: string,
    dispatchers: Record<string, Dispatcher>,
    connectors: Record<string, ConnectorTarget>,
    deadline: number,
  ): Promise<Attempt> {
    const { loader, modules, globalOutbound, bindings, limits } = this.#options;
    const remaining = Math.max(1, deadline - Date.now());
    const records: LogRecord[] = [];
    using worker = loader.load({
      mainModule: "executor.ts",
      modules: { ...modules, "executor.ts": text },
      env: bindings ?? {},
      globalOutbound: globalOutbound ?? null,
      limits: { cpuMs: remaining, wallMs: remaining, ...limits },
      onLog: (record) => void records.push(record),
    });
    const answer = worker.getEntrypoint<CodeExecutor>().evaluate(dispatchers, connectors);
    try {
      const { error, result, logs } = await within(Promise.resolve(answer), remaining);
      return { answer: error ? { result: undefined, error, ...logged(logs) } : { result, ...logged(logs) } };
    } catch (thrown) {
      const { code, message } = thrown as Error & { code?: string };
      const late = thrown === timedOut || code === "E_WALL" || (code === "E_CPU" && limits?.cpuMs === undefined);
      const error = late ? TIMED_OUT : message;
      return { answer: { result: undefined, error, logs: records.flatMap(lineOf) }, unreadable: code === "E_SYNTAX" };
    }
  }
}

interface Attempt {
  answer: ExecuteResult;
  unreadable?: boolean;
}

const logged = (logs: string[] | undefined) => (logs === undefined ? {} : { logs });

// As the sandbox writes them itself, for when it could not.
const prefixes: Record<string, string> = { log: "", warn: "[warn] ", error: "[error] " };
function lineOf({ level, args }: LogRecord): string[] {
  const prefix = prefixes[level];
  return prefix === undefined ? [] : [prefix + args.map(String).join(" ")];
}

const timedOut = new Error(TIMED_OUT);
function within<T>(work: Promise<T>, milliseconds: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(timedOut), milliseconds);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

function refusedName(namespaces: { name: string }[]): string | undefined {
  const seen = new Set<string>();
  for (const { name } of namespaces) {
    if (reserved.has(name) || name.startsWith("__")) return `Provider name "${name}" is reserved`;
    if (!identifier.test(name)) return `Provider name "${name}" is not a valid JavaScript identifier`;
    if (seen.has(name)) return `Duplicate provider name "${name}"`;
    seen.add(name);
  }
  return undefined;
}

const words = new Set(
  ("abstract arguments await boolean break byte case catch char class const continue debugger default delete do double " +
    "else enum eval export extends false final finally float for function goto if implements import in instanceof int " +
    "interface let long native new null package private protected public return short static super switch synchronized " +
    "this throw throws transient true try typeof undefined var void volatile while with yield").split(" "),
);

/** A tool's name as code can write it; codemode shows the model names that were made in the same way. */
export function toolName(name: string): string {
  let tame = name.replace(/[-.\s]/g, "_").replace(/[^a-zA-Z0-9_$]/g, "");
  if (tame === "") return "_";
  if (/^[0-9]/.test(tame)) tame = `_${tame}`;
  return words.has(tame) ? `${tame}_` : tame;
}
