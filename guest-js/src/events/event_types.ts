// SPDX-License-Identifier: Apache-2.0
// The events that carry something: CustomEvent (DOM standard, 2.4), ErrorEvent, MessageEvent, PromiseRejectionEvent (HTML
// standard, 8.1.4 and 9.1), CloseEvent (WebSockets standard, 6).
import { convert, defineInterface, dictionary, domString, requireArguments, usvString } from "group:webidl";
import { Event, Flag, hasFlag } from "./event.ts";

export class CustomEvent extends Event {
  #detail: unknown;

  constructor(type: unknown, eventInitDict: unknown = undefined) {
    requireArguments(arguments.length, 1, "CustomEvent constructor");
    super(type, eventInitDict);
    const { detail = null } = dictionary(eventInitDict, "CustomEvent: the second argument");
    this.#detail = detail;
  }

  get detail(): unknown { return this.#detail; }

  initCustomEvent(type: unknown, bubbles: unknown = false, cancelable: unknown = false, detail: unknown = null): void {
    this.#detail;
    requireArguments(arguments.length, 1, "CustomEvent.initCustomEvent");
    if (hasFlag(this, Flag.dispatching)) return;
    this.initEvent(type, bubbles, cancelable);
    this.#detail = detail;
  }
}

export class ErrorEvent extends Event {
  #colno: number;
  #error: unknown;
  #filename: string;
  #lineno: number;
  #message: string;

  constructor(type: unknown, eventInitDict: unknown = undefined) {
    requireArguments(arguments.length, 1, "ErrorEvent constructor");
    super(type, eventInitDict);
    const { colno = 0, error, filename = "", lineno = 0, message = "" } = dictionary(eventInitDict, "ErrorEvent: the second argument");
    this.#colno = convert["unsigned long"]!(colno);
    this.#error = error;
    this.#filename = usvString(filename);
    this.#lineno = convert["unsigned long"]!(lineno);
    this.#message = domString(message);
  }

  get message(): string { return this.#message; }
  get filename(): string { return this.#filename; }
  get lineno(): number { return this.#lineno; }
  get colno(): number { return this.#colno; }
  get error(): unknown { return this.#error; }
}

const isPort = (value: unknown): boolean => require("group:messaging").isPort(value);

function portsOf(value: any): readonly unknown[] {
  const ports = [...value];
  if (!ports.every(isPort)) throw new TypeError("MessageEvent: ports must be MessagePort objects");
  return Object.freeze(ports);
}

function sourceOf(value: unknown): unknown {
  if (value === null || value === undefined) return null;
  if (!isPort(value)) throw new TypeError("MessageEvent: the source is not a MessagePort");
  return value;
}

const noPorts = Object.freeze([]);

export class MessageEvent extends Event {
  #data: unknown;
  #lastEventId: string;
  #origin: string;
  #ports: readonly unknown[];
  #source: unknown;

  constructor(type: unknown, eventInitDict: unknown = undefined) {
    requireArguments(arguments.length, 1, "MessageEvent constructor");
    super(type, eventInitDict);
    const { data = null, lastEventId = "", origin = "", ports = noPorts, source = null } =
      dictionary(eventInitDict, "MessageEvent: the second argument");
    this.#data = data;
    this.#lastEventId = domString(lastEventId);
    this.#origin = usvString(origin);
    this.#ports = ports === noPorts ? noPorts : portsOf(ports);
    this.#source = sourceOf(source);
  }

  get data(): unknown { return this.#data; }
  get origin(): string { return this.#origin; }
  get lastEventId(): string { return this.#lastEventId; }
  get source(): unknown { return this.#source; }
  get ports(): readonly unknown[] { return this.#ports; }

  initMessageEvent(type: unknown, bubbles: unknown = false, cancelable: unknown = false, data: unknown = null, origin: unknown = "",
    lastEventId: unknown = "", source: unknown = null, ports: unknown = noPorts): void {
    this.#data;
    requireArguments(arguments.length, 1, "MessageEvent.initMessageEvent");
    const [originText, id, from, list] = [usvString(origin), domString(lastEventId), sourceOf(source), portsOf(ports)];
    if (hasFlag(this, Flag.dispatching)) return;
    this.initEvent(type, bubbles, cancelable);
    this.#data = data;
    this.#origin = originText;
    this.#lastEventId = id;
    this.#source = from;
    this.#ports = list;
  }
}

export class CloseEvent extends Event {
  #code: number;
  #reason: string;
  #wasClean: boolean;

  constructor(type: unknown, eventInitDict: unknown = undefined) {
    requireArguments(arguments.length, 1, "CloseEvent constructor");
    super(type, eventInitDict);
    const { code = 0, reason = "", wasClean = false } = dictionary(eventInitDict, "CloseEvent: the second argument");
    this.#code = convert["unsigned short"]!(code);
    this.#reason = usvString(reason);
    this.#wasClean = Boolean(wasClean);
  }

  get wasClean(): boolean { return this.#wasClean; }
  get code(): number { return this.#code; }
  get reason(): string { return this.#reason; }
}

export class PromiseRejectionEvent extends Event {
  #promise: unknown;
  #reason: unknown;

  constructor(type: unknown, eventInitDict: unknown) {
    requireArguments(arguments.length, 2, "PromiseRejectionEvent constructor");
    super(type, eventInitDict);
    const { promise, reason } = dictionary(eventInitDict, "PromiseRejectionEvent: the second argument");
    if ((typeof promise !== "object" && typeof promise !== "function") || promise === null) {
      throw new TypeError("PromiseRejectionEvent: the member promise is required");
    }
    this.#promise = promise;
    this.#reason = reason;
  }

  get promise(): unknown { return this.#promise; }
  get reason(): unknown { return this.#reason; }
}

for (const type of [CustomEvent, ErrorEvent, MessageEvent, CloseEvent, PromiseRejectionEvent]) defineInterface(type);
