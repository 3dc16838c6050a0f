// SPDX-License-Identifier: Apache-2.0
// The message for each builtin that is not here.
export default async function () {
  const messages = {};
  for (const name of ["node:fs", "fs/promises", "node:http", "net", "node:child_process", "worker_threads", "zlib", "node:os", "vm", "node:nothing"]) {
    messages[name] = await import(name).then(() => "it is here", (error) => [error.code, error.message]);
  }
  return messages;
}
