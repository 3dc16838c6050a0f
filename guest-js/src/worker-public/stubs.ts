// SPDX-License-Identifier: Apache-2.0
// RpcStub and RpcPromise, which most programs that import this module never touch: the group behind them loads when one
// is made, or asked about.
function standIn(name: string): any {
  const type = {
    [name]: class {
      constructor(...values: unknown[]) {
        return Reflect.construct(require("group:rpc")[name], values);
      }
      static [Symbol.hasInstance](value: unknown): boolean {
        return value instanceof require("group:rpc")[name];
      }
    },
  };
  return type[name];
}

export const RpcStub = standIn("RpcStub");
export const RpcPromise = standIn("RpcPromise");
