// SPDX-License-Identifier: Apache-2.0
// Modules that Node's library loads by a name in a variable.
const loaders: Record<string, () => any> = {
  "internal/util/parse_args/parse_args": () => require("internal/util/parse_args/parse_args"),
  "internal/mime": () => require("internal/mime"),
  "internal/util/diff": () => require("internal/util/diff"),
  "internal/encoding": () => ({ TextEncoder, TextDecoder }),
  "internal/blob": () => require("internal/blob"),
  "internal/file": () => ({ File: (globalThis as any).File }),
};

export const load = (id: string): any => (loaders[id] ? loaders[id]() : require("./absent.ts").absent(id));
