// SPDX-License-Identifier: Apache-2.0
// What Node's loader hands to each module of its library, in the form that a guest has it.
import { bindings } from "./bindings.ts";
export { absent } from "./absent.ts";
export { primordials } from "./primordials.ts";

export function internalBinding(name: string): any {
  const binding = bindings[name];
  if (binding === undefined) throw new Error(`mayfly: Node's library asks for the binding ${name}, which is not here`);
  return typeof binding === "function" ? (bindings[name] = binding()) : binding;
}

// The `process` that the library sees; programs get the group node-process. There is no `openssl` among the versions,
// so that the library leaves its own crypto classes alone.
export const process: any = {
  versions: {}, platform: "linux", pid: 1, env: {}, features: {}, noDeprecation: true,
  stderr: { isTTY: false, write(text: string) { console.error(text.replace(/\n$/, "")); } },
  stdout: { isTTY: false },
  cwd: () => "/",
  emitWarning(warning: any) { console.warn(typeof warning === "string" ? warning : String(warning)); },
  nextTick: (...values: unknown[]) => require("internal/process/task_queues").nextTick(...values),
  hrtime: (previous?: any) => require("group:node-process").hrtime(previous),
  on() {},
};
