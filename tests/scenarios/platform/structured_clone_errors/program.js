const values = {
  function: () => 1, symbol: Symbol("s"), promise: Promise.resolve(), weakmap: new WeakMap(), proxy: new Proxy({}, {}), nested: { deep: [() => 1] },
  getter: { get x() { throw new TypeError("from the getter"); } },
};
export default () => {
  const names = {};
  for (const [name, value] of Object.entries(values)) {
    try {
      structuredClone(value);
      names[name] = "copied";
    } catch (error) {
      names[name] = `${error.name}: ${error.message}`;
    }
  }
  try { structuredClone(); } catch (error) { names.none = error.name; }
  return names;
};
