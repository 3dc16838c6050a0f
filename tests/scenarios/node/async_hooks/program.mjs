// SPDX-License-Identifier: Apache-2.0
import { AsyncLocalStorage, AsyncResource } from "node:async_hooks";
import { EventEmitter } from "node:events";

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export default async function () {
  const user = new AsyncLocalStorage();
  const trace = new AsyncLocalStorage({ defaultValue: "none", name: "trace" });
  const seen = [];
  const look = (where) => seen.push([where, user.getStore() ?? null, trace.getStore()]);
  look("outside");
  // Three at once; how they interleave is left open, what each sees is not.
  const each = await Promise.all([1, 2, 3].map((id) => user.run({ id }, async () => {
    const own = [];
    const look = (where) => own.push([where, user.getStore() ?? null, trace.getStore()]);
    look(`start ${id}`);
    await pause(4 - id);
    look(`after a timer ${id}`);
    await null;
    queueMicrotask(() => look(`microtask ${id}`));
    await trace.run(`t${id}`, async () => {
      await pause(1);
      look(`both ${id}`);
    });
    user.exit(() => look(`exit ${id}`));
    process.nextTick(() => look(`tick ${id}`));
    await pause(0);
    return own;
  })));
  const snapshot = user.run("snapshot", () => AsyncLocalStorage.snapshot());
  const bound = user.run("bound", () => AsyncLocalStorage.bind((value) => [user.getStore(), value]));
  const resource = user.run("resource", () => new AsyncResource("test"));
  const emitter = new EventEmitter();
  emitter.on("x", () => look("listener"));
  user.run("emitter", () => emitter.emit("x"));
  seen.push(snapshot(() => user.getStore()), bound(5), resource.runInAsyncScope(() => user.getStore()), resource.bind((a, b) => a + b).length);
  const thenable = await user.run("thenable", async () => ({ then(done) { done(user.getStore()); } }));
  const generated = [];
  const generator = user.run("generator", async function* () { yield user.getStore(); await null; yield user.getStore(); });
  for await (const value of generator) generated.push(value ?? null);
  user.enterWith("entered");
  await null;
  look("entered");
  await new Promise((resolve) => { let count = 0; const id = setInterval(() => { look(`interval ${++count}`); if (count === 2) { clearInterval(id); resolve(); } }, 1); });
  user.disable();
  look("disabled");
  let failed;
  try { user.run("throws", () => { throw new Error("passed on"); }); } catch (error) { failed = [error.message, user.getStore() ?? null]; }
  return { seen, each, thenable, generated, failed, name: trace.name };
}
