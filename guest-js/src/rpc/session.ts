// SPDX-License-Identifier: Apache-2.0
// Sessions of this worker with whoever calls it, and with whoever loaded it.
import { setOutbound } from "group:fetch";
import { onceLoaded } from "group:serve";
import { getEnv, RpcTarget } from "group:worker";
import { entrypointOf, Loader, RpcSession } from "rpc:index";
import { StreamCarrier } from "./carrier.ts";
import { transportOver } from "./channel.ts";
import { targetOf } from "./targets.ts";

const limits = { maxMessageSize: 8 * 1024 * 1024 };

/** What the other side of a session finds. */
class Main extends RpcTarget {
  entrypoint(name?: unknown, props?: unknown): object | Promise<object> {
    if (name !== undefined && name !== null && typeof name !== "string") throw new TypeError("entrypoint: the name is a string");
    return onceLoaded(() => targetOf(name ?? undefined, props));
  }
}

export function serveSession(stream: number): any {
  return new RpcSession(transportOver(stream), new Main(), { limits }).getRemoteMain();
}

function addLoader(env: any, name: string, outbound: boolean): void {
  const inherited = outbound ? { fetch: (request: object) => (globalThis as any).fetch(request) } : undefined;
  env[name] = new Loader(new StreamCarrier(name), inherited);
}

export async function prepare(first: number | undefined, bindings: string[], loaders: string[], outbound: boolean): Promise<void> {
  const env: any = getEnv();
  for (const name of loaders) addLoader(env, name, outbound);
  if (first === undefined) return;
  const main = serveSession(first);
  if (outbound) {
    const fetcher = entrypointOf(main.outbound);
    setOutbound((request) => fetcher.fetch(request));
  }
  if (bindings.length === 0) return;
  const live = await main.env;
  for (const name of bindings) env[name] = live[name];
}
