// SPDX-License-Identifier: Apache-2.0
// A worker's entrypoint as a program holds it: capnweb's stub, with the two things that Workers' Fetcher has otherwise:
// it is no promise (awaiting it gives itself), and fetch() takes what the global fetch() takes.
import type { Entrypoint } from "./types.ts";

interface RawStub {
  fetch(request: Request): Promise<Response>;
  dup(): RawStub;
}

const notThere = new Set<string | symbol>(["then", "catch", "finally"]);

export function entrypointOf<T>(stub: object): Entrypoint<T> {
  const members: Record<string, unknown> = {
    fetch: async (input: Request | string | URL, init?: RequestInit) => {
      const request = input instanceof Request && init === undefined ? input : new Request(input, init);
      return abortable((stub as RawStub).fetch(request), request.signal);
    },
    dup: () => entrypointOf((stub as RawStub).dup()),
  };
  return new Proxy(stub, {
    // The stub itself is a proxy, which does not look at the receiver.
    get: (target, name) =>
      notThere.has(name) ? undefined : ((typeof name === "string" ? members[name] : undefined) ?? Reflect.get(target, name)),
    has: (target, name) => !notThere.has(name) && Reflect.has(target, name),
  }) as Entrypoint<T>;
}

/** Leaves the call to itself when the signal fires: RPC has no way to call one back. */
function abortable<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined || signal === null) return work;
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) return abort();
    signal.addEventListener("abort", abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
