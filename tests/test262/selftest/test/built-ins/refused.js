/*---
description: Node makes code from text and Mayfly does not
features: [code-from-text]
---*/
assert(new Function("return 42")() === 42, "value");
