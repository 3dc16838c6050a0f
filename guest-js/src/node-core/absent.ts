// SPDX-License-Identifier: Apache-2.0
/** Stands for a module behind a feature that a guest does not have: what is called of it says so. */
export function absent(id: string): object {
  const feature = id.replace(/^internal\//, "");
  return new Proxy(Object.create(null), {
    get: (_, name) => typeof name === "symbol" ? undefined : function () {
      throw Object.assign(new Error(`${String(name)} (${feature}) is not available in the sandbox`), { code: "ERR_FEATURE_UNAVAILABLE_ON_PLATFORM" });
    },
  });
}
