// SPDX-License-Identifier: Apache-2.0
const ours = () => (globalThis as any).Blob;
module.exports = {
  get Blob() { return ours(); },
  isBlob: (value: unknown) => ours() !== undefined && value instanceof ours(),
  resolveObjectURL() { return undefined; },
};
