/*---
description: helpers are there, in both modes
includes: [answer.js]
---*/
assert(answer === 42, "answer");
