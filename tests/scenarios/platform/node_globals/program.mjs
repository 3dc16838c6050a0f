// SPDX-License-Identifier: Apache-2.0
// Node's globals beside those of the web platform: lazy data properties, replaceable, gone when deleted.
export default function () {
  const describe = (name) => {
    const { writable, enumerable, configurable, value } = Object.getOwnPropertyDescriptor(globalThis, name);
    return [typeof value, writable, enumerable, configurable];
  };
  const before = ["Buffer", "process", "setImmediate", "clearImmediate", "URLPattern"].map(describe);
  const kept = Buffer;
  globalThis.Buffer = "mine";
  delete globalThis.process;
  return [before, typeof kept.from, Buffer, typeof process, typeof require, typeof global];
}
