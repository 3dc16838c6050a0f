// SPDX-License-Identifier: Apache-2.0
export { RpcPromise, RpcSession, RpcStub, RpcTarget } from "./stubs.ts";
export * from "./channel.ts";
export { entrypointOf } from "./entrypoint.ts";
export * from "./error.ts";
export { type CodeSource, type EntrypointOptions, Loader, WorkerStub } from "./loader.ts";
export type { Entrypoint, Received, RemotePromise, Stub } from "./types.ts";
export type { Fetcher, Limits, Module, Tail, TailEvent, WorkerCode } from "./worker_code.ts";
