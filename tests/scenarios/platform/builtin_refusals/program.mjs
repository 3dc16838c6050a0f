// SPDX-License-Identifier: Apache-2.0
// Members of builtins that need what a sandbox has not: each names itself.
import { createHook } from "node:async_hooks";
import { createCipheriv, createHash, scryptSync } from "node:crypto";
import { Console } from "node:console";
import { Readable } from "node:stream";
import util from "node:util";

export default function () {
  const attempts = [
    () => process.exit(1), () => process.chdir("/"), () => process.memoryUsage(), () => createHook({}), () => createCipheriv("aes-128-gcm", "", ""),
    () => scryptSync("a", "b", 1), () => createHash("md5").copy(), () => new Console(), () => util.transferableAbortController(), () => Readable.toWeb(Readable.from([])),
  ];
  return attempts.map((attempt) => {
    try { return attempt(); } catch (error) { return error.message; }
  });
}
