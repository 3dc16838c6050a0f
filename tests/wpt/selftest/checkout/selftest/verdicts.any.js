// META: title=Passes and failures, helpers and files
// META: script=resources/helper.js
"use strict";

test(() => assert_equals(fromHelper, 42), "a helper is there");
test(() => assert_equals((function () { return this; })(), undefined), "a strict test is strict");
test(() => assert_equals(META_TITLE, "Passes and failures, helpers and files"), "the title is known");
promise_test(async () => {
  assert_equals((await (await fetch("resources/answer.json")).json()).answer, 42);
}, "a file of the checkout can be fetched");
test(() => assert_equals(1, 2), "one is not two");
test(() => assert_equals("\u2028 \u{1f98b} \0", ""), "odd characters \u2028 \u{1f98b} \ud800 \0 in a name");
test(() => assert_equals(1, 2), "the same name");
test(() => assert_equals(1, 1), "the same name");
