// SPDX-License-Identifier: Apache-2.0
// Event (DOM standard, 2.2). There is no tree here: an event's path is its target alone.
import { defineInterface, dictionary, domString, requireArguments } from "group:webidl";

const native = require("native:scope");

export const Flag = {
  stopped: 1, stoppedAtOnce: 2, canceled: 4, passive: 8, dispatching: 16, initialized: 32, bubbles: 64, cancelable: 128,
  composed: 256, trusted: 512,
};

export const Phase = { NONE: 0, CAPTURING_PHASE: 1, AT_TARGET: 2, BUBBLING_PHASE: 3 };

// For the dispatcher, which lives in another file.
export let isEvent: (value: unknown) => value is Event;
export let hasFlag: (event: Event, flag: number) => boolean;
export let changeFlags: (event: Event, set: number, clear: number) => void;
export let place: (event: Event, target: unknown, currentTarget: unknown, phase: number) => void;

export class Event {
  #type: string;
  #flags = Flag.initialized;
  #target: unknown = null;
  #currentTarget: unknown = null;
  #phase = Phase.NONE;
  #timeStamp: number = native.now();

  constructor(type: unknown, eventInitDict: unknown = undefined) {
    requireArguments(arguments.length, 1, `${new.target.name} constructor`);
    this.#type = domString(type);
    const init = dictionary(eventInitDict, "Event: the second argument");
    if (init.bubbles) this.#flags |= Flag.bubbles;
    if (init.cancelable) this.#flags |= Flag.cancelable;
    if (init.composed) this.#flags |= Flag.composed;
    Object.defineProperty(this, "isTrusted", trust);
  }

  get type(): string { return this.#type; }
  get target(): unknown { return this.#target; }
  get srcElement(): unknown { return this.#target; }
  get currentTarget(): unknown { return this.#currentTarget; }
  get eventPhase(): number { return this.#phase; }
  get bubbles(): boolean { return this.#has(Flag.bubbles); }
  get cancelable(): boolean { return this.#has(Flag.cancelable); }
  get composed(): boolean { return this.#has(Flag.composed); }
  get defaultPrevented(): boolean { return this.#has(Flag.canceled); }
  get timeStamp(): number { return this.#timeStamp; }

  get returnValue(): boolean { return !this.#has(Flag.canceled); }
  set returnValue(value: unknown) {
    if (!value) this.#cancel();
    else this.#flags;
  }

  get cancelBubble(): boolean { return this.#has(Flag.stopped); }
  set cancelBubble(value: unknown) { this.#flags |= value ? Flag.stopped : 0; }

  composedPath(): unknown[] { return this.#currentTarget === null ? [] : [this.#currentTarget]; }
  stopPropagation(): void { this.#flags |= Flag.stopped; }
  stopImmediatePropagation(): void { this.#flags |= Flag.stopped | Flag.stoppedAtOnce; }
  preventDefault(): void { this.#cancel(); }

  initEvent(type: unknown, bubbles: unknown = false, cancelable: unknown = false): void {
    this.#flags;
    requireArguments(arguments.length, 1, "Event.initEvent");
    const name = domString(type);
    if (this.#has(Flag.dispatching)) return;
    this.#type = name;
    this.#target = null;
    this.#flags = Flag.initialized | (bubbles ? Flag.bubbles : 0) | (cancelable ? Flag.cancelable : 0) | (this.#flags & Flag.composed);
  }

  #has(flag: number): boolean {
    return (this.#flags & flag) !== 0;
  }

  #cancel(): void {
    if (this.#has(Flag.cancelable) && !this.#has(Flag.passive)) this.#flags |= Flag.canceled;
  }

  static {
    isEvent = (value): value is Event => typeof value === "object" && value !== null && #flags in value;
    hasFlag = (event, flag) => event.#has(flag);
    changeFlags = (event, set, clear) => { event.#flags = (event.#flags & ~clear) | set; };
    place = (event, target, currentTarget, phase) => {
      event.#target = target;
      event.#currentTarget = currentTarget;
      event.#phase = phase;
    };
  }
}

// Each event has its own property with one and the same getter ([LegacyUnforgeable]).
const { get: getTrust } = Object.getOwnPropertyDescriptor({ get isTrusted() { return hasFlag(this as any, Flag.trusted); } }, "isTrusted")!;
const trust = { get: getTrust, set: undefined, enumerable: true, configurable: false };

defineInterface(Event, { constants: Phase });
