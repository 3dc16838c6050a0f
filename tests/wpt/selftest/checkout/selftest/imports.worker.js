importScripts("/resources/testharness.js");
importScripts("resources/helper.js");

test(() => assert_equals(fromHelper, 42), "an imported script is there");
