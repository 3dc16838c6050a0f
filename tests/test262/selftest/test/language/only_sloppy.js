/*---
flags: [noStrict]
---*/
assert((function () { return this; })() === globalThis, "sloppy");
function neverCalled() { throw new Test262Error("called"); }
