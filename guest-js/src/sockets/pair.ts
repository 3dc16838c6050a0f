// SPDX-License-Identifier: Apache-2.0
// What a WebSocket of a WebSocketPair (Workers) is connected to: the other one, or, when it was returned with a
// response, the stream of the client. Messages wait until their receiver has accepted.
import { DOMException } from "group:dom-exception";

const tasks = require("native:tasks");

export type Message =
  | { kind: "text"; data: string }
  | { kind: "binary"; data: ArrayBuffer }
  | { kind: "close"; code: number; reason: string }
  | { kind: "lost" };

export const State = { CONNECTING: 0, OPEN: 1, CLOSING: 2, CLOSED: 3 };

/** One end. */
export class End {
  other!: End;
  state: number = State.OPEN;
  sentClose = false;
  #receive: ((message: Message) => void) | undefined;
  #queue: Message[] = [];
  #isStream = false;

  static pair(): [End, End] {
    const [one, two] = [new End(), new End()];
    one.other = two;
    two.other = one;
    return [one, two];
  }

  get isTaken(): boolean {
    return this.#receive !== undefined;
  }

  /** Events are tasks of the program's loop; a stream takes its messages at once. */
  accept(receive: (message: Message) => void, isStream = false): void {
    this.#receive = receive;
    this.#isStream = isStream;
    for (const message of this.#queue.splice(0)) this.#deliver(message);
  }

  #deliver(message: Message): void {
    if (this.#receive === undefined) this.#queue.push(message);
    else if (this.#isStream) this.#receive(message);
    else tasks.post(() => this.#receive!(message));
  }

  send(message: Message): void {
    if (this.state === State.OPEN) this.other.#deliver(message);
  }

  close(code: number, reason: string): void {
    if (this.sentClose) return;
    this.sentClose = true;
    if (this.state === State.OPEN) this.state = State.CLOSING;
    this.other.#deliver({ kind: "close", code, reason });
  }

  /** The other side has gone without a word. */
  lose(): void {
    this.other.#deliver({ kind: "lost" });
  }
}

export function checkClose(code: number | undefined, reason: string): void {
  const may = code === undefined || (code >= 1000 && code <= 4999 && ![1004, 1005, 1006, 1015].includes(code));
  if (!may) throw new DOMException(`WebSocket.close: the code ${code} cannot be sent`, "InvalidAccessError");
  if (require("native:utf8").encode(reason).length > 123) {
    throw new DOMException("WebSocket.close: the reason has more than 123 bytes", "SyntaxError");
  }
}
