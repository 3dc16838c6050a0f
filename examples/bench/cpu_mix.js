// SPDX-License-Identifier: Apache-2.0
// A fixed amount of ordinary work for one core: sorting, JSON, maps and sets, regular expressions, typed arrays and
// recursion.
// No input, no clock, own random numbers: every run does the same and returns the same checksum.

/** mulberry32: the next whole number below 2^32. */
function makeRandom(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (t ^ (t >>> 14)) >>> 0;
  };
}

/** FNV-1a over whole numbers. */
const mix = (hash, value) => Math.imul(hash ^ value, 0x01000193) >>> 0;
const mixText = (hash, text) => {
  for (let i = 0; i < text.length; i++) hash = mix(hash, text.charCodeAt(i));
  return hash;
};

const SORTED = 200_000;
const WORDS =
  ["alder", "beech", "cedar", "damson", "elder", "fir", "gorse", "hazel", "ivy", "juniper", "larch", "maple"];
const wordFrom = (random) => WORDS[random() % WORDS.length];

function sortNumbers(random) {
  const numbers = Array.from({ length: SORTED }, random);
  numbers.sort((a, b) => a - b);
  let hash = 1;
  for (let i = 0; i < numbers.length; i += 97) hash = mix(hash, numbers[i]);
  return hash;
}

function sortStrings(random) {
  const strings = Array.from({ length: SORTED }, () => `${wordFrom(random)}-${(random() % 1e6).toString(36)}`);
  strings.sort();
  let hash = 2;
  for (let i = 0; i < strings.length; i += 97) hash = mixText(hash, strings[i]);
  return hash;
}

function makeTree(random, depth) {
  if (depth === 0) {
    const tags = ["a\"b", "ü", random() % 2 === 0];
    return { id: random() % 1e6, name: wordFrom(random), tags, ratio: (random() % 1000) / 8 };
  }
  return { level: depth, note: null, children: Array.from({ length: 6 }, () => makeTree(random, depth - 1)) };
}

function json(random) {
  const tree = makeTree(random, 5);
  let hash = 3;
  for (let round = 0; round < 4; round++) {
    const text = JSON.stringify(tree);
    const copy = JSON.parse(text);
    tree.children[round].note = copy.children[round].children.length;
    hash = mix(mix(hash, text.length), text.charCodeAt(text.length >> 1));
  }
  return hash;
}

function mapsAndSets(random) {
  const counts = new Map();
  const recent = new Set();
  const window = new Uint32Array(5000); // the last keys; whatever falls out of it leaves the set too
  for (let i = 0; i < 300_000; i++) {
    const key = random() % 40_000;
    counts.set(key, (counts.get(key) ?? 0) + 1);
    recent.delete(window[i % window.length]);
    recent.add(key);
    window[i % window.length] = key;
  }
  let hash = 4;
  for (const [key, count] of counts) if (count > 12) hash = mix(mix(hash, key), count);
  for (const key of recent) hash = mix(hash, key);
  return hash;
}

function regex(random) {
  const lines = Array.from({ length: 8000 }, (_, i) => {
    const word = wordFrom(random);
    const date = `2025-${String(1 + (i % 12)).padStart(2, "0")}-${String(1 + (random() % 28)).padStart(2, "0")}`;
    const host = `${WORDS[i % WORDS.length]}.example.com`;
    return `${date} ${word}@${host} took ${random() % 900}ms "GET /${word}/${random() % 1000}"`;
  });
  const text = lines.join("\n");
  let hash = 5;
  const pattern = /^\d{4}-(\d\d)-\d\d (\w+)@([\w.]+) took (\d+)ms "(?:GET|POST) \/[a-z]+\/\d+"$/gm;
  for (const [, month, user, , took] of text.matchAll(pattern)) {
    hash = mix(hash, Number(month) + Number(took) + user.length);
  }
  const masked = text.replace(/\b(\w)\w*@/g, (_, initial) => `${initial}***@`);
  return mix(mix(hash, masked.length), masked.split(/\s+/).length);
}

function typedArrays(random) {
  const size = 128;
  const [a, b, product] = [new Float64Array(size * size), new Float64Array(size * size), new Float64Array(size * size)];
  for (let i = 0; i < a.length; i++) {
    a[i] = random() % 100;
    b[i] = random() % 100;
  }
  for (let row = 0; row < size; row++) {
    for (let k = 0; k < size; k++) {
      const factor = a[row * size + k];
      for (let column = 0; column < size; column++) product[row * size + column] += factor * b[k * size + column];
    }
  }
  const sieve = new Uint8Array(1_000_000);
  let primes = 0;
  for (let n = 2; n < sieve.length; n++) {
    if (sieve[n] === 1) continue;
    primes++;
    for (let multiple = n * 2; multiple < sieve.length; multiple += n) sieve[multiple] = 1;
  }
  return product.reduce(mix, mix(6, primes));
}

const fib = (n) => (n < 2 ? n : fib(n - 1) + fib(n - 2));

export default function cpuMix() {
  const random = makeRandom(20250901);
  const parts = {
    numbers: sortNumbers(random), strings: sortStrings(random), json: json(random), maps: mapsAndSets(random),
    regex: regex(random), typed: typedArrays(random), fib: fib(30),
  };
  return { checksum: Object.values(parts).reduce(mix, 0x811c9dc5), parts };
}
