// SPDX-License-Identifier: Apache-2.0
// MessageChannel and MessagePort (HTML standard, 9.4), between two places of one program. A port keeps no program waiting;
// a message on its way does.
import { DOMException } from "group:dom-exception";
import { defineHandlers, EventTarget, fire, MessageEvent } from "group:events";
import { defineInterface, dictionary, requireArguments } from "group:webidl";

const clone = require("native:clone");
const tasks = require("native:tasks");
const secret = Symbol("MessagePort");

/** One end of a channel. It outlives its MessagePort object when that is transferred. */
class End {
  port: MessagePort | null = null;
  other: End | null = null;
  enabled = false;
  readonly queue: unknown[] = []; // records of native:clone

  send(record: unknown): void {
    this.queue.push(record);
    if (this.enabled) tasks.post(() => this.deliver());
  }

  enable(): void {
    if (this.enabled) return;
    this.enabled = true;
    for (const _ of this.queue) tasks.post(() => this.deliver());
  }

  deliver(): void {
    const { port } = this;
    if (!this.enabled || port === null || this.queue.length === 0) return;
    let data: unknown;
    let received: unknown[];
    try {
      [data, received] = clone.deserialize(this.queue.shift());
    } catch {
      fire(port, "messageerror", (type) => new MessageEvent(type));
      return;
    }
    fire(port, "message", (type) => new MessageEvent(type, { data, ports: received.filter(isPort) }));
  }

  close(): void {
    const { other } = this;
    this.enabled = false;
    this.queue.length = 0;
    this.other = null;
    if (other === null) return;
    other.other = null;
    tasks.post(() => {
      if (other.port !== null) fire(other.port, "close");
    });
  }
}

export let isPort: (value: unknown) => value is MessagePort;
let endOf: (port: MessagePort) => End | null;
let detach: (port: MessagePort) => End;
const createPort = (end: End): MessagePort => new (MessagePort as any)(secret, end);

export class MessagePort extends EventTarget {
  #end: End | null; // null once it was closed or transferred

  constructor() {
    if (arguments[0] !== secret) throw new TypeError("Illegal constructor");
    super();
    this.#end = arguments[1];
    this.#end!.port = this;
  }

  postMessage(message: unknown, options: any = undefined): void {
    this.#end;
    requireArguments(arguments.length, 1, "MessagePort.postMessage");
    const transfer = transferOf(options);
    const other = this.#end?.other ?? null;
    if (transfer.includes(this)) throw new DOMException("A port cannot be transferred through itself", "DataCloneError");
    const doomed = other !== null && transfer.includes(other.port);
    const record = clone.serialize(message, transfer);
    if (other !== null && !doomed) other.send(record);
  }

  start(): void { this.#end?.enable(); }

  close(): void {
    const end = this.#end;
    if (end === null) return;
    this.#end = null;
    end.port = null;
    end.close();
  }

  static {
    isPort = (value): value is MessagePort => typeof value === "object" && value !== null && #end in value;
    endOf = (port) => port.#end;
    detach = (port) => {
      const end = port.#end;
      if (end === null) throw new DOMException("A MessagePort is closed or was transferred already", "DataCloneError");
      port.#end = null;
      end.port = null;
      end.enabled = false;
      return end;
    };
  }
}

// Either a sequence or a dictionary with one (9.4.3, the two forms of postMessage).
function transferOf(options: any): unknown[] {
  const isObject = (typeof options === "object" && options !== null) || typeof options === "function";
  const list = isObject && options[Symbol.iterator] != null ? options : dictionary(options, "MessagePort.postMessage: options").transfer;
  if (list === undefined) return [];
  if (typeof list !== "object" || list === null) throw new TypeError("MessagePort.postMessage: transfer is not iterable");
  const transfer: unknown[] = [...list];
  if (!transfer.every((each) => (typeof each === "object" && each !== null) || typeof each === "function")) {
    throw new TypeError("MessagePort.postMessage: only objects can be transferred");
  }
  return transfer;
}

export class MessageChannel {
  #port1: MessagePort;
  #port2: MessagePort;

  constructor() {
    const [end1, end2] = [new End(), new End()];
    end1.other = end2;
    end2.other = end1;
    this.#port1 = createPort(end1);
    this.#port2 = createPort(end2);
  }

  get port1(): MessagePort { return this.#port1; }
  get port2(): MessagePort { return this.#port2; }
}

clone.register({ name: "MessagePort", is: isPort, detach, attach: createPort });
defineInterface(MessageChannel);
defineInterface(MessagePort);
// To set onmessage is to start the port.
defineHandlers(MessagePort, isPort, ["message", "messageerror", "close"], (port, name) => {
  if (name === "message") endOf(port)?.enable();
});
