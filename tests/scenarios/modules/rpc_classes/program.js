import { RpcPromise, RpcStub, RpcTarget, WorkerEntrypoint } from "cloudflare:workers";
class Counter extends RpcTarget {
  #n = 0;
  field = 1;
  add(by) { return (this.#n += by); }
  fail() { throw Object.assign(new RangeError("no"), { limit: 5 }); }
  get value() { return this.#n; }
}
export default class extends WorkerEntrypoint {
  async run() {
    using counter = new RpcStub(new Counter());
    const pending = counter.add(2);
    const error = await counter.fail().catch((reason) => [reason.name, reason.message, reason.limit]);
    return {
      sums: [await pending, await counter.add(3), await counter.value],
      is: [counter instanceof RpcStub, pending instanceof RpcPromise, counter instanceof RpcPromise, new Counter() instanceof RpcStub],
      field: await Promise.resolve(counter.field).catch((reason) => reason.name),
      error,
      exports: Object.keys(this.ctx.exports),
    };
  }
}
