// SPDX-License-Identifier: Apache-2.0
// EventTarget (DOM standard, 2.7), dispatch (2.9) and event handler attributes (HTML standard, 8.1.8.1).
import { DOMException } from "group:dom-exception";
import { defineInterface, domString, requireArguments } from "group:webidl";
import { changeFlags, Event, Flag, hasFlag, isEvent, Phase, place } from "./event.ts";
import { reportException } from "./report.ts";

interface Listener {
  callback: any;
  capture: boolean;
  once: boolean;
  passive: boolean;
  removed: boolean;
}

interface Handler {
  value: any;
  listener: Listener;
}

/** The listeners of one target, and its handler attributes. */
class Table {
  readonly listeners = new Map<string, Listener[]>();
  readonly handlers = new Map<string, Handler>();
  // Called when the first listener for a type was added and when the last one was removed.
  changed: ((type: string, any: boolean) => void) | undefined;

  add(type: string, listener: Listener): void {
    const list = this.listeners.get(type);
    if (list === undefined) {
      this.listeners.set(type, [listener]);
      this.changed?.(type, true);
    } else if (!list.some((each) => each.callback === listener.callback && each.capture === listener.capture)) {
      list.push(listener);
    }
  }

  remove(type: string, callback: unknown, capture: boolean): void {
    const list = this.listeners.get(type);
    const index = list?.findIndex((each) => each.callback === callback && each.capture === capture) ?? -1;
    if (index < 0) return;
    list![index]!.removed = true;
    list!.splice(index, 1);
    if (list!.length > 0) return;
    this.listeners.delete(type);
    this.changed?.(type, false);
  }
}

// What abort.ts, which builds on this file, lets it do.
interface Signals {
  is(value: unknown): boolean;
  onAbort(signal: any, run: () => void): void;
}
let signals: Signals;
export const useSignals = (theirs: Signals): void => { signals = theirs; };

const globalTable = new Table();
let tableOf: (target: unknown) => Table;

export class EventTarget {
  #table: Table | undefined = undefined;

  addEventListener(type: unknown, callback: unknown, options: unknown = undefined): void {
    const target = this ?? globalThis;
    const table = tableOf(target);
    requireArguments(arguments.length, 2, "EventTarget.addEventListener");
    const name = domString(type);
    const listener = listenerOf(callback, "EventTarget.addEventListener");
    const { capture, once, passive, signal } = addOptions(options);
    if (signal !== undefined && signal.aborted) return;
    if (listener === null) return;
    table.add(name, { callback: listener, capture, once, passive, removed: false });
    if (signal !== undefined) signals.onAbort(signal, () => table.remove(name, listener, capture));
  }

  removeEventListener(type: unknown, callback: unknown, options: unknown = undefined): void {
    const table = tableOf(this ?? globalThis);
    requireArguments(arguments.length, 2, "EventTarget.removeEventListener");
    const name = domString(type);
    const listener = listenerOf(callback, "EventTarget.removeEventListener");
    table.remove(name, listener, captureOf(options));
  }

  dispatchEvent(event: unknown): boolean {
    const target = this ?? globalThis;
    tableOf(target);
    requireArguments(arguments.length, 1, "EventTarget.dispatchEvent");
    if (!isEvent(event)) throw new TypeError("EventTarget.dispatchEvent: the argument is not an Event");
    if (hasFlag(event, Flag.dispatching)) throw new DOMException("The event is already being dispatched", "InvalidStateError");
    return dispatch(target, event, false);
  }

  static {
    tableOf = (target: any) => {
      if (target === globalThis) return globalTable;
      return (target as EventTarget).#table ??= new Table();
    };
  }
}

function listenerOf(callback: unknown, what: string): object | null {
  if (callback === null || callback === undefined) return null;
  if (typeof callback !== "function" && typeof callback !== "object") {
    throw new TypeError(`${what}: the listener is neither a function nor an object`);
  }
  return callback;
}

const isObject = (value: any): boolean => (typeof value === "object" && value !== null) || typeof value === "function";

function captureOf(options: any): boolean {
  if (options === undefined || options === null) return false;
  return Boolean(isObject(options) ? options.capture : options);
}

function addOptions(options: any) {
  const capture = captureOf(options);
  if (!isObject(options)) return { capture, once: false, passive: false, signal: undefined };
  const once = Boolean(options.once);
  const passive = Boolean(options.passive);
  const { signal } = options;
  if (signal !== undefined && !signals.is(signal)) throw new TypeError("EventTarget.addEventListener: signal is not an AbortSignal");
  return { capture, once, passive, signal };
}

/** Dispatches `event` at `target`; false when it was canceled. */
export function dispatch(target: any, event: Event, trusted: boolean): boolean {
  changeFlags(event, Flag.dispatching | (trusted ? Flag.trusted : 0), trusted ? 0 : Flag.trusted);
  const table = tableOf(target);
  const list = table.listeners.get(event.type);
  place(event, target, target, Phase.AT_TARGET);
  if (list !== undefined && !hasFlag(event, Flag.stopped)) {
    const listeners = [...list];
    invoke(table, target, event, listeners, true);
    if (!hasFlag(event, Flag.stopped)) invoke(table, target, event, listeners, false);
  }
  place(event, target, null, Phase.NONE);
  changeFlags(event, 0, Flag.dispatching | Flag.stopped | Flag.stoppedAtOnce);
  return !hasFlag(event, Flag.canceled);
}

function invoke(table: Table, target: unknown, event: Event, listeners: Listener[], capture: boolean): void {
  for (const listener of listeners) {
    if (listener.removed || listener.capture !== capture) continue;
    if (listener.once) table.remove(event.type, listener.callback, capture);
    if (listener.passive) changeFlags(event, Flag.passive, 0);
    try {
      const { callback } = listener;
      if (typeof callback === "function") callback.call(target, event);
      else handleEvent(callback, event);
    } catch (error) {
      reportException(error);
    }
    if (listener.passive) changeFlags(event, 0, Flag.passive);
    if (hasFlag(event, Flag.stoppedAtOnce)) return;
  }
}

function handleEvent(object: any, event: Event): void {
  const method = object.handleEvent;
  if (typeof method !== "function") throw new TypeError("An event listener that is an object needs a method handleEvent");
  method.call(object, event);
}

/** Makes a trusted event of that type and dispatches it (DOM standard, "fire an event"). */
export function fire(target: unknown, type: string, make: (type: string) => Event = (name) => new Event(name)): boolean {
  return dispatch(target, make(type), true);
}

export function hasListeners(target: unknown, type: string): boolean {
  return tableOf(target).listeners.has(type);
}

/** Tells `changed` when a type's first listener comes and its last one goes. */
export function watchListeners(target: unknown, changed: (type: string, any: boolean) => void): void {
  tableOf(target).changed = changed;
}

export function handlerOf(target: unknown, type: string): unknown {
  return tableOf(target).handlers.get(type)?.value ?? null;
}

/** Sets the handler attribute `on` + `type`. A handler keeps its place among the listeners when it is replaced. */
export function setHandler(target: any, type: string, value: unknown): void {
  const table = tableOf(target);
  const handler = table.handlers.get(type);
  if (!isObject(value)) {
    if (handler === undefined) return;
    table.handlers.delete(type);
    table.remove(type, handler.listener.callback, false);
  } else if (handler !== undefined) {
    handler.value = value;
  } else {
    const callback = (event: Event) => runHandler(target, table.handlers.get(type)?.value, event);
    const listener = { callback, capture: false, once: false, passive: false, removed: false };
    table.handlers.set(type, { value, listener });
    table.add(type, listener);
  }
}

function runHandler(target: unknown, handler: unknown, event: any): void {
  if (typeof handler !== "function") return;
  const special = event.type === "error" && target === globalThis && "error" in event;
  const answer = special
    ? handler.call(target, event.message, event.filename, event.lineno, event.colno, event.error)
    : handler.call(target, event);
  if (special ? answer === true : answer === false) event.preventDefault();
}

/** Gives an interface the attributes `on` + type. `changed` runs after one was set. */
export function defineHandlers(type: { prototype: any }, is: (value: any) => boolean, names: string[],
  changed: (self: any, name: string) => void = () => {}): void {
  for (const name of names) {
    const key = `on${name}`;
    const check = (self: any) => {
      if (!is(self)) throw new TypeError(`Illegal invocation: ${key} of another object`);
      return self;
    };
    const attribute = {
      get [key](): unknown { return handlerOf(check(this), name); },
      set [key](value: unknown) {
        setHandler(check(this), name, value);
        changed(this, name);
      },
    };
    Object.defineProperty(type.prototype, key, { ...Object.getOwnPropertyDescriptor(attribute, key), enumerable: true });
  }
}

defineInterface(EventTarget);
