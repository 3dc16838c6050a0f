console.debug("debug");
console.log("log");
console.info("info");
console.warn("warn");
console.error("error");
console.trace("trace");
console.dir({ a: 1 }, { depth: 0 });
console.log();
