/*---
description: fails in every engine
negative:
  phase: runtime
  type: TypeError
---*/
new Array(-1);
