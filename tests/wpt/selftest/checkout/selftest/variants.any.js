// META: variant=?first
// META: variant=?second
var globalByVar = 1;
function globalByFunction() {}

test(() => assert_equals(location.search, "?first"), "is the first variant");
test(() => assert_equals(self.globalByVar, 1), "a sloppy test's variables are global");
test(() => assert_equals(typeof self.globalByFunction, "function"), "a sloppy test's functions are global");
