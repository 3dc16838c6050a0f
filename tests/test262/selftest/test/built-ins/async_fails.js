/*---
description: fails in every engine
flags: [async]
---*/
Promise.resolve().then(() => $DONE("failed"));
