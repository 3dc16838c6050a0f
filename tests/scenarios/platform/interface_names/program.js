// Bundling may rename a class; whoever prints an object's constructor sees that.
Object.getOwnPropertyNames(globalThis).filter((name) => {
  const value = globalThis[name];
  return typeof value === "function" && value.name !== name;
});
