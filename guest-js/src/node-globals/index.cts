// SPDX-License-Identifier: Apache-2.0
// What Node has as globals and browsers have not. Each loads its own group when it is touched.
module.exports = {
  get Buffer() { return require("group:node-buffer").Buffer; },
  get process() { return require("group:node-process"); },
  get setImmediate() { return require("group:node-timers").setImmediate; },
  get clearImmediate() { return require("group:node-timers").clearImmediate; },
};
