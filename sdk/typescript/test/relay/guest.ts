// SPDX-License-Identifier: Apache-2.0
// A worker's end of a session, in a thread: what a guest does with the program and the session, in Node.
import { registerHooks, stripTypeScriptTypes } from "node:module";
import { parentPort, workerData } from "node:worker_threads";

import { RpcSession, RpcTarget } from "capnweb";

class WorkerEntrypoint extends RpcTarget {
  ctx: unknown;
  env: unknown;
  constructor(ctx: unknown, env: unknown) {
    super();
    // Own properties that are enumerable would be seen by capnweb's rule against instance properties only.
    Object.defineProperty(this, "ctx", { value: ctx });
    Object.defineProperty(this, "env", { value: env });
  }
}
(globalThis as any).__workers = { WorkerEntrypoint, RpcTarget };
const workersUrl = "data:text/javascript,export const { WorkerEntrypoint, RpcTarget } = globalThis.__workers;";
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === "cloudflare:workers" ? { url: workersUrl, shortCircuit: true } : next(specifier, context),
});

const port = parentPort!;

/** One session; several may be open in one worker. */
class Transport {
  #number: number;
  #inbox: string[] = [];
  #receiver: ((text: string) => void) | undefined;
  constructor(number: number) {
    this.#number = number;
  }
  send(text: string): void {
    port.postMessage({ session: this.#number, text });
  }
  receive(): Promise<string> {
    const text = this.#inbox.shift();
    return text !== undefined ? Promise.resolve(text) : new Promise((resolve) => (this.#receiver = resolve));
  }
  deliver(text: string): void {
    if (this.#receiver === undefined) return void this.#inbox.push(text);
    this.#receiver(text);
    this.#receiver = undefined;
  }
}

const sessions = new Map<number, Transport>();
function open(number: number): any {
  const transport = new Transport(number);
  sessions.set(number, transport);
  return new RpcSession<any>(transport, new Main()).getRemoteMain();
}
port.on("message", ({ session, text }: { session: number; text: string }) => {
  if (!sessions.has(session)) open(session);
  sessions.get(session)!.deliver(text);
});

const document = workerData as { mainModule: string; modules: Record<string, string>; env?: object; bindings?: string[] };
let ready!: (module: Record<string, any>) => void;
const program = new Promise<Record<string, any>>((resolve) => (ready = resolve));
const env: Record<string, unknown> = { ...document.env };

class Main extends RpcTarget {
  async entrypoint(name = "default", props: unknown = undefined): Promise<unknown> {
    const entrypoint = (await program)[name];
    if (entrypoint === undefined) throw new TypeError(`the worker has no entrypoint "${name}"`);
    return new entrypoint({ props }, env);
  }
}
// The session with whoever loaded the worker is there from the start.
const main = open(1);
for (const name of document.bindings ?? []) env[name] = await main.env[name];
(globalThis as any).outbound = main.outbound;
try {
  const source = document.modules[document.mainModule]!;
  const text = document.mainModule.endsWith(".ts") ? stripTypeScriptTypes(source) : source;
  const module = await import(`data:text/javascript,${encodeURIComponent(text)}`);
  port.postMessage({ ready: true });
  ready(module);
} catch (error) {
  const { name, message } = error as Error;
  port.postMessage({ failed: { code: error instanceof SyntaxError ? "E_SYNTAX" : "E_EXCEPTION", name, message, retryable: false } });
}
