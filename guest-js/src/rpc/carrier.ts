// SPDX-License-Identifier: Apache-2.0
// What carries sessions with children: a stream for each (wire::Open).
import { free, listen, native } from "group:serve";
import { MayflyError } from "rpc:index";
import { closeStream } from "./channel.ts";

type Request =
  | { document: string | (() => Promise<string>) }
  | { id: string; hash?: string; document: () => Promise<string> };

interface Events {
  onReady(description: unknown): void;
  onMessage(text: string): void;
  onCredit(bytes: number): void;
  onEnd(error?: Error): void;
}

/** "E_CODE what happened", as a Reset has it. */
function failureOf(reason: string): Error & { code: string } {
  const parts = /^(E_[A-Z_]+)[: ]*(.*)$/s.exec(reason);
  return new MayflyError({ code: parts?.[1] ?? "E_CANCELLED", message: parts?.[2] || reason || "the worker has gone" });
}

class ChildChannel {
  #binding: string;
  #events: Events;
  #stream: number | undefined;
  // Messages that wait until the child can hear them; undefined once it can.
  #early: string[] | undefined = [];
  #over = false;

  constructor(binding: string, request: Request, events: Events) {
    this.#binding = binding;
    this.#events = events;
    void this.#begin(request);
  }

  async #begin(request: Request): Promise<void> {
    await undefined; // nothing is reported from inside the constructor
    try {
      const id = "id" in request ? request.id : "";
      // Without a hash any warm worker of that id will do, and the code is wanted only if there is none.
      if ("id" in request && request.hash === undefined && (await this.#open(id, ""))) return;
      const { document } = request;
      const text = typeof document === "string" ? document : await document();
      if (!this.#over) await this.#open(id, text);
    } catch (error: any) {
      this.#end(error);
    }
  }

  /** Whether there is such a worker; what else is wrong is the channel's end. */
  #open(id: string, document: string): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const stream = native.open(0, this.#binding, id, document);
    this.#stream = stream;
    listen(stream, {
      opened: (json) => {
        this.#flush();
        resolve(true);
        this.#events.onReady(JSON.parse(json || "{}"));
      },
      text: (message) => {
        this.#flush(); // it asks for its bindings while it loads
        this.#events.onMessage(message);
      },
      credit: (bytes) => this.#events.onCredit(bytes),
      close: (_code, reason) => {
        closeStream(stream);
        resolve(true);
        this.#end(new MayflyError({ code: "E_CANCELLED", message: reason || "the worker has ended the session" }));
      },
      reset: (reason) => {
        const error = failureOf(reason);
        const missing = document === "" && error.code === "E_NOT_FOUND";
        this.#stream = undefined;
        if (!missing) this.#end(error);
        resolve(!missing);
      },
    });
    return promise;
  }

  #flush(): void {
    const early = this.#early;
    this.#early = undefined;
    for (const message of early ?? []) this.send(message);
  }

  #end(error: Error): void {
    if (this.#over) return;
    this.#over = true;
    this.#events.onEnd(error);
  }

  send(message: string): void {
    if (this.#early !== undefined) this.#early.push(message);
    else if (this.#stream !== undefined) native.text(this.#stream, message);
  }

  credit(bytes: number): void {
    if (this.#stream !== undefined) native.grant(this.#stream, bytes);
  }

  close(): void {
    this.#over = true;
    if (this.#stream === undefined) return;
    if (this.#early === undefined) return closeStream(this.#stream);
    native.reset(this.#stream, "disposed of");
    free(this.#stream);
  }
}

export class StreamCarrier {
  #binding: string;
  constructor(binding: string) {
    this.#binding = binding;
  }
  open(request: Request, events: Events): ChildChannel {
    return new ChildChannel(this.#binding, request, events);
  }
}
