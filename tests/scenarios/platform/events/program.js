// Checked against Node 26, which runs capturing listeners in the order of all; the DOM standard runs them first.
export default () => {
  const log = [];
  const target = new EventTarget();
  const listener = { handleEvent(event) { log.push(["object", this === listener, event.currentTarget === target]); } };
  const once = () => log.push("once");
  target.addEventListener("x", once, { once: true });
  target.addEventListener("x", listener);
  target.addEventListener("x", listener); // the same one counts once
  target.addEventListener("x", () => log.push("capture"), true);
  target.addEventListener("x", (event) => { event.preventDefault(); log.push(["passive", event.defaultPrevented]); }, { passive: true });
  target.addEventListener("x", (event) => { event.preventDefault(); log.push(["prevented", event.defaultPrevented, event.returnValue]); });
  target.addEventListener("x", (event) => event.stopImmediatePropagation());
  target.addEventListener("x", () => log.push("never"));
  const event = new CustomEvent("x", { cancelable: true, detail: { n: 1 } });
  log.push(["answer", target.dispatchEvent(event), event.eventPhase, event.currentTarget, event.target === target, event.detail.n]);
  target.removeEventListener("x", listener);
  target.dispatchEvent(new Event("x"));

  class Meter extends EventTarget {
    #value = 0;
    add(n) {
      this.#value += n;
      this.dispatchEvent(Object.assign(new Event("change"), { value: this.#value }));
    }
  }
  const meter = new Meter();
  meter.addEventListener("change", (change) => log.push(["change", change.value, change instanceof Event, change.isTrusted]));
  meter.add(2);
  meter.add(3);

  const controller = new AbortController();
  meter.addEventListener("change", () => log.push("removed by its signal"), { signal: controller.signal });
  controller.abort();
  meter.add(1);
  const added = new EventTarget();
  added.addEventListener("y", () => {
    log.push("first");
    added.addEventListener("y", () => log.push("added while dispatching"));
  });
  added.dispatchEvent(new Event("y"));
  return log;
};
