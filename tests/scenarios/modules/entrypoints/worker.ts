import { env, RpcTarget, WorkerEntrypoint } from "cloudflare:workers";
import * as ours from "mayfly:workers";

interface Env { REGION?: string }

export class Agent extends WorkerEntrypoint<Env> {
  #calls = 0;
  async run(input: unknown) {
    this.#calls++;
    this.ctx.waitUntil(Promise.resolve());
    this.ctx.passThroughOnException();
    return {
      input, env: this.env, props: this.ctx.props, calls: this.#calls, sameEnv: env === this.env,
      sameClass: ours.WorkerEntrypoint === WorkerEntrypoint, target: new (class extends RpcTarget {})() instanceof RpcTarget,
      context: String(this.ctx), names: Object.keys(ours),
    };
  }
  add(a: number, b: number) { return a + b; }
  get secret() { return 1; }
}

export class Two extends WorkerEntrypoint {
  first() {}
  second() {}
}

export class Child extends Agent {
  add(a: number, b: number) { return super.add(a, b) * 10; }
}

export class Only extends WorkerEntrypoint {
  answer = () => 0;
  total(list: number[]) { return list.reduce((sum, n) => sum + n, 0); }
}

export function plain(input: unknown, given: Env, ctx: ExecutionContext) { return [input, given, typeof ctx.waitUntil]; }
export const handler = { run(this: object, input: unknown, given: Env) { return [input, given, this === handler]; } };
export const value = { rows: [1], note: "no function" };
