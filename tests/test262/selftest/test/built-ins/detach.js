/*---
description: the host's hooks are there
---*/
var buffer = new ArrayBuffer(8);
$262.detachArrayBuffer(buffer);
assert(buffer.byteLength === 0 && buffer.detached, "detached");
