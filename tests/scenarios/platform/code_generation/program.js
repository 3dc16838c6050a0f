const tries = {
  eval: () => eval("1 + 1"),
  indirect: () => (0, eval)("1 + 1"),
  function: () => new Function("return 1")(),
  async_function: () => new (async () => {}).constructor("return 1")(),
  generator: () => new (function* () {}).constructor("yield 1")(),
  wasm: () => new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])),
};
export default async () => {
  const out = {};
  for (const [name, attempt] of Object.entries(tries)) {
    try {
      attempt();
      out[name] = "ran";
    } catch (error) {
      out[name] = error.name;
    }
  }
  out.wasm_async = await WebAssembly.compile(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])).then(() => "ran", (error) => error.name);
  return out;
};
