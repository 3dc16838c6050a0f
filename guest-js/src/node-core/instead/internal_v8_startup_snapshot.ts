// SPDX-License-Identifier: Apache-2.0
export const namespace = {
  isBuildingSnapshot: () => false, addDeserializeCallback() {}, addSerializeCallback() {},
  addAfterUserSerializeDeserializeSnapshot() {},
};
