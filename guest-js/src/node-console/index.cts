// SPDX-License-Identifier: Apache-2.0
// node:console: the global console.
module.exports = Object.assign(Object.create(null), globalThis.console, {
  Console: function Console() {
    throw new Error("console.Console is not available in the sandbox: there is no stream to write to; use console.log");
  },
});
