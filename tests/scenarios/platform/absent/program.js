const names = ["SharedArrayBuffer", "Atomics", "require", "module", "global", "Deno", "Bun", "XMLHttpRequest",
  "Worker", "importScripts", "document", "window", "gc", "print", "load", "quit", "d8", "internalBinding", "primordials"];
const present = names.filter((name) => globalThis[name] !== undefined);
export default () => present;
