const hold = [];
const megabyte = 1 << 20;
const fill = (bytes) => { for (let i = 0; i < bytes.length; i += 4096) bytes[i] = 1; return bytes; };
const kinds = {
  array_buffers: (i) => hold.push(fill(new Uint8Array(4 * megabyte))),
  one_huge: () => hold.push(new ArrayBuffer(1024 * megabyte)),
  small: () => { for (let i = 0; i < 1000; i++) hold.push(fill(new Uint8Array(3000))); },
  resizable: () => { const b = new ArrayBuffer(megabyte, { maxByteLength: 512 * megabyte }); b.resize(8 * megabyte); hold.push(fill(new Uint8Array(b))); },
  wasm_memory: () => { const m = new WebAssembly.Memory({ initial: 64 }); hold.push(m, fill(new Uint8Array(m.buffer))); },
  wasm_grow: () => { hold[0] ??= new WebAssembly.Memory({ initial: 1 }); hold[0].grow(64); fill(new Uint8Array(hold[0].buffer)); },
  wasm_table: () => hold.push(new WebAssembly.Table({ element: "externref", initial: 5_000_000 }, {})),
  encoder: () => hold.push(new TextEncoder().encode("x".repeat(4 * megabyte))),
  clone: () => hold.push(structuredClone(new Uint8Array(4 * megabyte).fill(1))),
};
console.log("first");
export default (which) => {
  let rounds = 0;
  try {
    for (; rounds < 2000; rounds++) kinds[which]();
  } catch (error) {
    console.log("refused", error.name);
    return [error.name, rounds];
  }
  return ["unbounded", rounds];
};
