// SPDX-License-Identifier: Apache-2.0
// capnweb's classes under types that stand by themselves, since who uses the SDK does not have capnweb.
import * as capnweb from "capnweb";

import type { RemotePromise, Stub, Target } from "./types.ts";

/** What extends it goes by reference: its methods are called where it is. */
export type RpcTarget = Target;
export const RpcTarget = capnweb.RpcTarget as unknown as new () => Target;

export type RpcStub<T = any> = Stub<T>;
export const RpcStub = capnweb.RpcStub as unknown as new <T>(target: T) => Stub<T>;

export type RpcPromise<T = any> = RemotePromise<T>;
export const RpcPromise = capnweb.RpcPromise as unknown as new <T>(value: T | Promise<T>) => RemotePromise<T>;

/** One end of a session over a transport (`send`, `receive`, `abort`). */
export interface RpcSession {
  getRemoteMain(): any;
  getStats(): { imports: number; exports: number };
}
export const RpcSession = capnweb.RpcSession as unknown as new (transport: object, main: object, options?: object) => RpcSession;
