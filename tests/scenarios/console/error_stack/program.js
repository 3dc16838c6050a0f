function load() { return new Error("no rows"); }
console.error(load());
