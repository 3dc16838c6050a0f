// SPDX-License-Identifier: Apache-2.0
// calls.mjs SOCKET COUNT: a worker calls an object of ours COUNT times, one call after the other. Prints the microseconds
// between two calls that arrive: our answer to the guest, the guest's next call to us.
import { Mayfly, RpcTarget } from "../../../sdk/typescript/src/index.ts";

const [socketPath, count] = [process.argv[2], Number(process.argv[3])];
const WARM_UP = 300;
const arrivals = [];

class Counter extends RpcTarget {
  next(value) {
    arrivals.push(performance.now());
    return value + 1;
  }
}

const code = `import { WorkerEntrypoint } from "cloudflare:workers";
export default class extends WorkerEntrypoint {
  async run(count) {
    let value = 0;
    for (let i = 0; i < count; i++) value = await this.env.COUNTER.next(value);
    return value;
  }
}`;

const mayfly = new Mayfly({ socketPath });
const worker = mayfly.load({
  mainModule: "main.js", modules: { "main.js": code }, env: { COUNTER: new Counter() }, limits: { cpuMs: 60_000 },
});
const value = await worker.getEntrypoint().run(WARM_UP + count);
if (value !== WARM_UP + count || arrivals.length !== value) throw new Error(`the worker counted to ${value}`);
for (let i = WARM_UP; i < arrivals.length; i++) console.log(((arrivals[i] - arrivals[i - 1]) * 1000).toFixed(1));
process.exit(0);
