// SPDX-License-Identifier: Apache-2.0
// The module "cloudflare:workers", which is "mayfly:workers" as well.
import { getEnv } from "group:worker";

export { RpcPromise, RpcStub } from "./stubs.ts";
export { RpcTarget, waitUntil, WorkerEntrypoint } from "group:worker";
export const env = getEnv();

// From here on a class of the program may extend WorkerEntrypoint, and whoever runs it has to look.
require("native:worker").noteUse();
