// SPDX-License-Identifier: Apache-2.0
// One test becomes one script, the same for every engine; and what its outcome means.

import { readFileSync } from "node:fs";

const HOST_HOOKS = readFileSync(new URL("host_hooks.js", import.meta.url), "utf8");
const harness = new Map();

function harnessFile(root, name) {
  if (!harness.has(name)) harness.set(name, readFileSync(`${root}/harness/${name}`, "utf8"));
  return harness.get(name);
}

export function programOf(root, { text, flags, includes }, mode) {
  // The last statement keeps a program that only declares a function from being called.
  if (flags.has("raw")) return `${text}\nvoid 0;`;
  const async = flags.has("async");
  const names = ["assert.js", "sta.js", ...(async ? ["doneprintHandle.js"] : []), ...includes];
  return [
    mode === "strict" ? '"use strict";' : "",
    HOST_HOOKS,
    ...new Set(names.map((name) => harnessFile(root, name))),
    text,
    async ? "test262Done.promise;" : "void 0;",
  ].join("\n");
}

// Undefined when the test passed, else what went wrong.
export function failureOf({ flags, negative }, { status, result, error }) {
  const text = error && `${error.code} ${error.name ?? ""}: ${error.message}`.replaceAll("\n", " ").slice(0, 300);
  if (negative) {
    const codes = negative.phase === "parse" ? ["E_SYNTAX"] : ["E_EXCEPTION", "E_REJECTION", "E_SYNTAX"];
    if (status === "ok") return `no ${negative.type}`;
    return codes.includes(error.code) && (error.name === negative.type || error.code === "E_SYNTAX") ? undefined : text;
  }
  if (status !== "ok") return text;
  if (flags.has("async") && result !== "Test262:AsyncTestComplete") return String(result);
  return undefined;
}
