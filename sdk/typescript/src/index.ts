// SPDX-License-Identifier: Apache-2.0
// The npm package `mayfly`.
export { MayflyError, RpcPromise, RpcStub, RpcTarget, WorkerStub } from "../../../rpc/index.ts";
export type {
  CodeSource, Entrypoint, EntrypointOptions, FailureDocument, Fetcher, Limits, LogRecord, Module, Received,
  RemotePromise, Stub, Tail, TailEvent, WorkerCode, WorkerDescription,
} from "../../../rpc/index.ts";
export { type ExecuteResult, MayflyExecutor, type MayflyExecutorOptions, type ResolvedProvider } from "./executor.ts";
export type { LocalMayfly, LocalOptions } from "./local.ts";
export {
  type AuditQuery, type AuditRecord, type Health, Mayfly, type MayflyOptions, type UsageQuery, type UsageRow,
} from "./mayfly.ts";
export { type Outcome, OutcomePromise, type RunError, RunFailed, type Usage } from "./outcome.ts";
export type { RunOptions, RunRequest } from "./run.ts";
export { type CallRequest, type WorkerFetchOptions, Workers } from "./workers.ts";
