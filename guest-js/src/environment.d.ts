// SPDX-License-Identifier: Apache-2.0
// What a group finds besides the language. `group:*` modules are the index.ts of another group.
declare function require(specifier: string): any;

declare module "rpc:*" {
  export const CreditTransport: any;
  export const entrypointOf: any;
  export const Loader: any;
  export const MayflyError: any;
  export const RpcPromise: any;
  export const RpcSession: any;
  export const RpcStub: any;
}

declare module "webidl-conversions" {
  const conversions: Record<string, (value: unknown, options?: object) => any>;
  export default conversions;
}
interface ErrorConstructor {
  captureStackTrace(target: object, hide?: Function): void;
}
