// SPDX-License-Identifier: Apache-2.0
/** Stands for a module behind a feature that a guest does not have: what is called of it says so. */
export function absent(id: string): object {
  const feature = id.replace(/^internal\//, "");
  return new Proxy(Object.create(null), {
    get: (_, name) => typeof name === "symbol" ? undefined : function () {
      throw new Error(`${String(name)} (of Node's ${feature}) is not available in the sandbox`);
    },
  });
}
