// SPDX-License-Identifier: Apache-2.0
function assert(condition, message) {
  if (condition !== true) throw new Test262Error(message);
}
