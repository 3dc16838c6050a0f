// SPDX-License-Identifier: Apache-2.0
// What test262 expects of its host and can be had without one. It goes in front of the harness.

const test262Done = {};
test262Done.promise = new Promise((resolve) => { test262Done.resolve = resolve; });
var print = test262Done.resolve;
var $262 = {
  global: globalThis,
  gc() { throw new Test262Error("no gc() here"); },
  detachArrayBuffer: Function.prototype.call.bind(ArrayBuffer.prototype.transfer),
};
