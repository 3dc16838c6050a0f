/*---
flags: [module]
---*/
import "./not_run.js";
