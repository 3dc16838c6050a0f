// SPDX-License-Identifier: Apache-2.0
// What the types promise; it is compiled and never run.
import { type Entrypoint, Mayfly, type RemotePromise, RpcTarget, type Stub } from "../src/index.ts";

class Counter extends RpcTarget {
  up(by: number): number {
    return by;
  }
}
interface Api {
  add(a: number, b: number): number;
  later(): Promise<string>;
  counter(): Counter;
  table(): Map<string, Counter>;
  row(): { at: Date; tags: string[] };
  each(call: (n: number) => void): void;
  readonly size: number;
}

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const check = <T extends true>(): T | undefined => undefined;

export async function promises(mayfly: Mayfly): Promise<void> {
  using worker = mayfly.load({ code: "" });
  const api = worker.getEntrypoint<Api>("Api", { props: { user: 1 } });
  const sum = await api.add(1, 2);
  check<Same<typeof sum, number>>();
  const text = await api.later();
  check<Same<typeof text, string>>();
  const counter = await api.counter();
  check<Same<typeof counter, Stub<Counter>>>();
  const up: RemotePromise<number> = api.counter().up(1);
  check<Same<Awaited<typeof up>, number>>();
  const table = await api.table();
  check<Same<typeof table, Map<string, Stub<Counter>>>>();
  const row = await api.row();
  const at: Date = row.at;
  const size: number = await api.size;
  await api.each((n) => void n.toFixed());
  await api.add(api.add(1, 2), 3);
  // @ts-expect-error: no such method
  await api.none();
  // @ts-expect-error: the wrong type
  await api.add("1", 2);
  const response: Response = await api.fetch("http://worker/", { method: "POST" });
  const untyped: Entrypoint = worker.getEntrypoint();
  await untyped.anything(1).goes();

  const outcome = await mayfly.run<number>("1");
  if (outcome.status === "ok") check<Same<typeof outcome.result, number>>();
  else check<Same<typeof outcome.error.code, string>>();
  const value: number = await mayfly.run<number>("1").value();
  void [at, size, response, value, counter];
}
