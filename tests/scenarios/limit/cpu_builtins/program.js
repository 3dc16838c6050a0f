// Builtins that do not look at V8's request to stop; see the table in the security notes.
const endless = { length: 2 ** 53 - 1 };
const on = (method, ...rest) => () => Array.prototype[method].call(endless, ...rest);
const kinds = {
  indexOf: on("indexOf", 1),
  includes: on("includes", 1),
  lastIndexOf: on("lastIndexOf", 1),
  join: () => Array.prototype.join.call({ length: 2 ** 32 - 1 }, ""),
  reverse: on("reverse"),
  unshift: () => Array.prototype.unshift.call({ length: 2 ** 53 - 2 }, 1),
  fill: on("fill", 0),
  concat: () => [].concat({ length: 2 ** 32 - 2, 0: 1, [Symbol.isConcatSpreadable]: true }),
  sort: () => { const sparse = []; sparse[4294967294] = 1; sparse[7] = 2; return sparse.sort().length; },
  replace: () => "a".repeat(2 ** 24).replace(/a/g, "bb").length,
  typed_sort: () => new Float64Array(4_000_000).map((_, i) => (i * 7919) % 1_000_003).sort().length,
  split: () => { for (;;) "a".repeat(2 ** 22).split(""); },
  normalize: () => "e\u0301".repeat(2 ** 23).normalize("NFC").length,
  keys: () => { const o = {}; for (let i = 0; i < 300_000; i++) o[`k${i}`] = i; for (;;) Object.keys(o).sort(); },
  json: () => JSON.parse("[" + "1,".repeat(2 ** 23) + "1]").length,
  repeat: () => { for (;;) [...("ab".repeat(2 ** 20))].reverse(); },
};
console.log("calling");
export default (which) => kinds[which]();
