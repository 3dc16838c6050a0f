// SPDX-License-Identifier: Apache-2.0
import EventEmitter, { captureRejectionSymbol, errorMonitor, getEventListeners, on, once } from "node:events";

export default async function () {
  const seen = [];
  const emitter = new EventEmitter();
  emitter.on("x", (...values) => seen.push(["x", ...values]));
  emitter.prependListener("x", () => seen.push("first"));
  emitter.once("x", () => seen.push("once"));
  seen.push(emitter.emit("x", 1, 2), emitter.emit("x", 3), emitter.emit("nobody"));
  emitter.on(errorMonitor, (error) => seen.push(["monitor", error.message]));
  try { emitter.emit("error", new Error("unheard")); } catch (error) { seen.push(error.message); }
  try { emitter.emit("error", { odd: 1 }); } catch (error) { seen.push([error.code, error.message]); }
  try { emitter.on("x", "text"); } catch (error) { seen.push([error.code, error.message]); }
  setTimeout(() => emitter.emit("later", "value"), 1);
  seen.push(await once(emitter, "later"));
  const loud = new EventEmitter({ captureRejections: true });
  loud.on("go", async () => { throw new Error("rejected"); });
  loud[captureRejectionSymbol] = (error, name) => seen.push(["captured", name, error.message]);
  loud.emit("go");
  await new Promise((resolve) => setTimeout(resolve, 2));
  setTimeout(() => { for (const i of [1, 2, 3]) emitter.emit("count", i); }, 1);
  for await (const [value] of on(emitter, "count")) {
    seen.push(value);
    if (value === 3) break;
  }
  class Old extends EventEmitter {}
  function Older() { EventEmitter.call(this); }
  Object.setPrototypeOf(Older.prototype, EventEmitter.prototype);
  new Older().on("y", (value) => seen.push(value)).emit("y", "older");
  return {
    seen, names: emitter.eventNames().map(String), counts: [emitter.listenerCount("x"), EventEmitter.defaultMaxListeners],
    listeners: getEventListeners(emitter, "x").length, old: new Old() instanceof EventEmitter.EventEmitter,
  };
}
