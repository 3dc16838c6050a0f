const hold = [];
const forever = (work) => { for (let i = 1; ; i++) { work(i); if (i % 8 === 0) console.log(i); } };
const kinds = {
  arrays: () => forever(() => hold.push(new Array(100_000).fill(1.5))),
  objects: () => forever((i) => { for (let j = 0; j < 20_000; j++) hold.push({ i, j, text: `${i}:${j}` }); }),
  strings: () => forever((i) => hold.push(`${i}`.padStart(500_000, "xy").replaceAll("x", "z"))),
  two_byte_strings: () => forever((i) => hold.push([..."\u4e00".repeat(200_000)].join(`${i % 10}`))),
  map: () => { const map = new Map(); forever((i) => { for (let j = 0; j < 20_000; j++) map.set(i * 20_000 + j, j); }); },
  set: () => { const set = new Set(); forever((i) => { for (let j = 0; j < 20_000; j++) set.add(`${i}/${j}`); }); },
  closures: () => forever((i) => { for (let j = 0; j < 20_000; j++) hold.push(() => i + j); }),
  promises: () => forever(() => { for (let j = 0; j < 20_000; j++) hold.push(new Promise(() => {})); }),
  bigint: () => forever((i) => hold.push((1n << 4_000_000n) + BigInt(i))),
  one_array: () => { hold.push(new Array(2 ** 27).fill(0)); },
  properties: () => { const o = {}; forever((i) => { for (let j = 0; j < 20_000; j++) o[`key ${i} ${j}`] = j; }); },
  regexps: () => forever((i) => { for (let j = 0; j < 500; j++) { const r = new RegExp(`(?<n>a{${i}})(${"b|".repeat(200)}c)${j}`); r.test("abc"); hold.push(r); } }),
};
console.log("first");
export default (which) => kinds[which]();
