// SPDX-License-Identifier: Apache-2.0
// One session with one worker: our main object `{ env, outbound }` at this end, the worker's `{ entrypoint() }` at the
// other. When it ends, everything that is under way in it rejects with the reason.
import { type Carrier, CreditTransport, MAX_MESSAGE, type OpenRequest, type WorkerDescription } from "./channel.ts";
import { MayflyError } from "./error.ts";
import { RpcSession, RpcTarget } from "./stubs.ts";
import { Tails } from "./tails.ts";
import type { PreparedCode } from "./worker_code.ts";

/** What the worker sees of us. Its code may come later than the session, but before anything of the worker's runs. */
class Main extends RpcTarget {
  #code: PreparedCode | undefined;
  give(code: PreparedCode): void {
    this.#code = code;
  }
  get env(): object {
    return this.#code?.env ?? {};
  }
  get outbound(): unknown {
    return this.#code?.outbound;
  }
}
// It is ours to call, not the worker's.
const give = Main.prototype.give;
delete (Main.prototype as Partial<Main>).give;

/** Calls and objects of ours that a worker may hold at once; each costs its host memory. */
const MAX_HELD = 16_384;
const CHECK_EVERY = 1_024; // messages

interface RemoteMain {
  entrypoint(name?: string, props?: unknown): object;
}

export class WorkerSession {
  /** Settles when the worker has started, or could not. */
  readonly ready: Promise<WorkerDescription>;
  readonly remote: RemoteMain;
  /** Runs when the session is over, whoever ended it. */
  onEnd: (() => void) | undefined;
  #main: Main = new Main();
  #code: PreparedCode | undefined;
  #tails = new Tails([], null);
  #transport: CreditTransport;
  #closed = false;
  #rpc: RpcSession | undefined;
  #received = 0;

  constructor(carrier: Carrier, request: OpenRequest) {
    let resolve!: (description: WorkerDescription) => void;
    let reject!: (reason: unknown) => void;
    this.ready = new Promise((yes, no) => ([resolve, reject] = [yes, no]));
    this.ready.catch(() => {});
    this.#transport = new CreditTransport((transport) =>
      carrier.open(request, {
        onReady: resolve,
        onMessage: (text) => {
          if (++this.#received % CHECK_EVERY === 0 && !this.#isModest()) return;
          transport.onMessage(text);
        },
        onCredit: (bytes) => transport.onCredit(bytes),
        onLog: (record) => {
          this.#tails.onLog(record);
          try {
            this.#code?.onLog?.(record);
          } catch (error) {
            // The program's own mistake must not stop the messages.
            queueMicrotask(() => {
              throw error;
            });
          }
        },
        onEnd: (error) => {
          const reason = error ?? new MayflyError({ code: "E_CANCELLED", message: "the worker's session was closed" });
          reject(reason);
          transport.end(reason);
          this.#over(error);
        },
      }),
    );
    this.#rpc = new RpcSession(this.#transport, this.#main, { limits: { maxMessageSize: MAX_MESSAGE } });
    this.remote = this.#rpc.getRemoteMain() as RemoteMain;
  }

  get isOver(): boolean {
    return this.#closed;
  }

  give(code: PreparedCode): void {
    this.#code = code;
    const { mainModule } = code.document;
    this.#tails = new Tails(code.tails, typeof mainModule === "string" ? mainModule : null);
    give.call(this.#main, code);
  }

  close(): void {
    this.#end(new MayflyError({ code: "E_CANCELLED", message: "the worker was disposed of" }));
  }

  #isModest(): boolean {
    const held = this.#rpc?.getStats().exports ?? 0;
    if (held > MAX_HELD) this.#end(new MayflyError({ code: "E_LIMIT", message: `the worker holds ${held} calls and objects of its host` }));
    return held <= MAX_HELD;
  }

  #end(reason: MayflyError): void {
    if (this.#closed) return;
    this.#transport.abort(reason);
    this.#over(reason.code === "E_CANCELLED" ? undefined : reason);
  }

  #over(error: Error | undefined): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#tails.onEnd(error);
    this.onEnd?.();
  }
}
