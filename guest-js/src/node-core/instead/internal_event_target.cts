// SPDX-License-Identifier: Apache-2.0
// The library's view of EventTarget: ours, from the group events, through the global object.
const globals = globalThis as any;

module.exports = {
  kResistStopPropagation: Symbol("kResistStopPropagation"),
  kWeakHandler: Symbol("kWeak"),
  kFirstEventParam: Symbol("nodejs.kFirstEventParam"),
  kMaxEventTargetListeners: Symbol("events.maxEventTargetListeners"),
  kEvents: Symbol("kEvents"),
  isEventTarget: (value: unknown) => value instanceof globals.EventTarget,
  get Event() { return globals.Event; },
  get EventTarget() { return globals.EventTarget; },
  get CustomEvent() { return globals.CustomEvent; },
};
