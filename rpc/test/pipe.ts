// SPDX-License-Identifier: Apache-2.0
// Two ends of a pipe of texts, as capnweb's sessions want them. What one end sends comes to the other in a later turn.
import type { RpcTransport } from "capnweb";

export class PipeEnd implements RpcTransport {
  readonly sent: string[] = [];
  peer!: PipeEnd;
  aborted: unknown;
  #queue: string[] = [];
  #waiting: { resolve(text: string): void; reject(reason: unknown): void } | undefined;
  #broken: unknown;

  send(text: string): void {
    this.sent.push(text);
    setImmediate(() => this.peer.deliver(text));
  }

  deliver(text: string): void {
    if (this.#waiting === undefined) {
      this.#queue.push(text);
      return;
    }
    this.#waiting.resolve(text);
    this.#waiting = undefined;
  }

  receive(): Promise<string> {
    const text = this.#queue.shift();
    if (text !== undefined) return Promise.resolve(text);
    if (this.#broken !== undefined) return Promise.reject(this.#broken);
    return new Promise((resolve, reject) => (this.#waiting = { resolve, reject }));
  }

  abort(reason: unknown): void {
    this.aborted = reason;
  }

  break(reason: unknown): void {
    this.#broken = reason;
    this.#waiting?.reject(reason);
  }
}

export function pipe(): [PipeEnd, PipeEnd] {
  const [left, right] = [new PipeEnd(), new PipeEnd()];
  left.peer = right;
  right.peer = left;
  return [left, right];
}
