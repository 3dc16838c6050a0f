// Foreign receivers, proxies, getters that throw or come back, re-entrancy. Nothing of it may break anything but itself.
const attempt = (action) => {
  try {
    return action();
  } catch (error) {
    return `${error.name}`;
  }
};
export default () => {
  const type = Object.getOwnPropertyDescriptor(Event.prototype, "type").get;
  const aborted = Object.getOwnPropertyDescriptor(AbortSignal.prototype, "aborted").get;
  const target = new EventTarget();
  const proxy = new Proxy(target, {});
  const event = new Event("x");
  let depth = 0;
  target.addEventListener("deep", () => { if (++depth < 50) target.dispatchEvent(new Event("deep")); });
  target.dispatchEvent(new Event("deep"));
  target.addEventListener("again", (again) => { depth = attempt(() => target.dispatchEvent(again)); });
  const reached = depth;
  target.dispatchEvent(new Event("again"));
  const polluted = new EventTarget();
  const seen = [];
  polluted.addEventListener("p", () => seen.push("p"));
  Array.prototype.push.call(seen, polluted.dispatchEvent(new Event("p")));
  return {
    noNew: attempt(() => EventTarget()),
    noArguments: attempt(() => new Event()),
    symbolType: attempt(() => new Event(Symbol("s"))),
    badInit: attempt(() => new Event("x", 1)),
    throwingInit: attempt(() => new Event("x", { get bubbles() { throw new RangeError("getter"); } })),
    foreignGetter: attempt(() => type.call({})),
    proxyTarget: attempt(() => proxy.addEventListener("x", () => {})),
    foreignTarget: attempt(() => EventTarget.prototype.dispatchEvent.call({}, event)),
    notAnEvent: attempt(() => target.dispatchEvent({ type: "x" })),
    badListener: attempt(() => target.addEventListener("x", 1)),
    badSignal: attempt(() => target.addEventListener("x", () => {}, { signal: {} })),
    nullListener: attempt(() => target.addEventListener("x", null)),
    reached,
    again: depth,
    signalConstructor: attempt(() => new AbortSignal()),
    foreignSignal: attempt(() => aborted.call(event)),
    anyOfOthers: attempt(() => AbortSignal.any([{}])),
    negativeTimeout: attempt(() => AbortSignal.timeout(-1)),
    foreignHandler: attempt(() => { Object.getOwnPropertyDescriptor(AbortSignal.prototype, "onabort").set.call(target, () => {}); }),
    port: attempt(() => new MessagePort()),
    performanceNow: attempt(() => performance.now.call({})),
    seen,
    trusted: Object.getOwnPropertyDescriptor(event, "isTrusted").configurable,
  };
};
