// SPDX-License-Identifier: Apache-2.0
// ctx.exports: the program's own entrypoints, as stubs that can be called here, given away, and put into the env of
// children. `ctx.exports.Name` is the entrypoint without props; `ctx.exports.Name({ props })` one with.
import { native } from "group:serve";
import { entrypointOf, RpcStub } from "rpc:index";
import { isEntrypointClass, targetOf } from "./targets.ts";

const { get, has } = Reflect;

function loopback(name: string): object {
  let plain: any;
  const withoutProps = () => (plain ??= new RpcStub(targetOf(name, {})));
  const make = (options: any = {}) => entrypointOf(new RpcStub(targetOf(name, options?.props)));
  return new Proxy(make, {
    // capnweb asks for a symbol of its own here, and finds the stub.
    get: (_target, key) => (key === "then" ? undefined : key === "fetch" ? entrypointOf(withoutProps()).fetch : get(withoutProps(), key)),
    has: (_target, key) => key !== "then" && has(withoutProps(), key),
    getPrototypeOf: () => RpcStub.prototype,
  });
}

let made: Record<string, object> | undefined;

export function loopbacks(): Record<string, object> {
  if (made !== undefined) return made;
  const exports = native.exports();
  const entries: Record<string, object> = {};
  if (exports === undefined) return entries; // the main module has not finished
  for (const name of Object.keys(exports)) {
    const value = exports[name];
    const isHandler = typeof value === "object" && value !== null && Object.values(value).some((item) => typeof item === "function");
    if (isEntrypointClass(value) || isHandler) entries[name] = loopback(name);
  }
  return (made = Object.freeze(entries));
}
