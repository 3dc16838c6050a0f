export default () => {
  const found = ["SharedArrayBuffer", "Atomics"].filter((name) => name in globalThis);
  try {
    found.push(new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }).buffer.constructor.name);
  } catch (error) {
    if (!(error instanceof Error)) found.push("an odd refusal");
  }
  return found;
};
