/*---
flags: [raw]
---*/
if (typeof assert !== "undefined") throw new Error("a raw test gets no harness");
