import { twice, where, type Row } from "./lib/util.ts";
import rates from "./rates.json" with { type: "json" };
import note from "./note.txt";
import bytes from "./bytes.bin";
import add from "./add.wasm";
import whole, { named } from "./old.cjs";
import { view } from "./view.jsx";

export default async function () {
  const row: Row = { n: 2 };
  const { exports } = new WebAssembly.Instance(add);
  return {
    twice: twice(row.n), rates, note, bytes: [...new Uint8Array(bytes)], buffer: bytes instanceof ArrayBuffer,
    sum: (exports.add as (a: number, b: number) => number)(2, 3), named, whole, view, url: where,
    late: (await import("./lib/util.ts")).twice(5),
  };
}
