// The global object's own properties with their flags and kinds, for globals.txt.
export default () =>
  Reflect.ownKeys(globalThis).map((key) => {
    const d = Reflect.getOwnPropertyDescriptor(globalThis, key);
    const flags = `${d.writable ? "w" : "-"}${d.enumerable ? "e" : "-"}${d.configurable ? "c" : "-"}`;
    const kind = "value" in d ? (typeof d.value === "function" ? `function/${d.value.length}` : typeof d.value) : "accessor";
    return `${String(key)} ${flags} ${kind}`;
  }).sort();
