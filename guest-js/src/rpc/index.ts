// SPDX-License-Identifier: Apache-2.0
// Live objects: capnweb (rpc/) over the streams of a worker.
export { Loader, RpcPromise, RpcStub } from "rpc:index";
export { loopbacks } from "./loopbacks.ts";
export { prepare, serveSession } from "./session.ts";
