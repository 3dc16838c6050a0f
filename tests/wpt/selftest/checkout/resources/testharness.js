// SPDX-License-Identifier: Apache-2.0
// As much of the harness as the runner's own test needs, so that it needs no checkout. One test after the other.
(function (scope) {
  "use strict";
  var PASS = 0, FAIL = 1, TIMEOUT = 2;
  function ShellTestEnvironment() {}
  function create_test_environment() { throw new Error("the runner has to choose the environment"); }
  var test_environment = create_test_environment();

  var results = [], onResult = [], onCompletion = [], queue = Promise.resolve(), waiting = 0, done = false;

  function report(name, status, message) {
    if (done) return;
    var result = { name: name, status: status, message: message };
    results.push(result);
    onResult.forEach(function (callback) { callback(result); });
  }

  function complete(status) {
    if (done) return;
    done = true;
    onCompletion.forEach(function (callback) { callback(results, { status: status, message: null }); });
  }

  function promise_test(body, name) {
    waiting += 1;
    queue = queue.then(async function () {
      current = name;
      try {
        await body();
        report(name, PASS, null);
      } catch (error) {
        report(name, FAIL, String(error));
      }
      waiting -= 1;
      if (waiting === 0) complete(0);
    });
  }

  var current;
  scope.promise_test = promise_test;
  scope.test = promise_test;
  scope.timeout = function () { report(current, TIMEOUT, "timed out"); complete(TIMEOUT); };
  scope.assert_equals = function (actual, expected) {
    if (actual !== expected) throw new Error("expected " + expected + ", got " + actual);
  };
  scope.add_result_callback = function (callback) { onResult.push(callback); };
  scope.add_completion_callback = function (callback) { onCompletion.push(callback); };
  if (!(test_environment instanceof ShellTestEnvironment)) throw new Error("not a shell");
})(self);
