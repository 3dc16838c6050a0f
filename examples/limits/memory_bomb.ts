// SPDX-License-Identifier: Apache-2.0
// Wants the nearest neighbour of each of 50,000 shops and sets up a full distance table: 2.5 billion numbers.
// The memory limit ends it.

interface Shop { id: number; x: number; y: number }

const COUNT = 50_000;
const shopAt = (id: number): Shop => ({ id, x: (id * 7919) % 1000, y: (id * 104729) % 1000 });
const distance = (a: Shop, b: Shop): number => Math.hypot(a.x - b.x, a.y - b.y);

export default function nearest(): number[] {
  console.log(`comparing ${COUNT} shops`);
  const blank = new Array<number>(COUNT).fill(Infinity);
  const table: number[][] = [];
  for (let i = 0; i < COUNT; i++) {
    table.push(blank.slice());
    if ((i + 1) % 50 === 0) console.log(`${i + 1} rows ready`);
  }
  table.forEach((row, i) => row.forEach((_, j) => {
    if (i !== j) row[j] = distance(shopAt(i), shopAt(j));
  }));
  return table.map((row) => row.indexOf(Math.min(...row)));
}
