// SPDX-License-Identifier: Apache-2.0
// Calls everything that a program can reach, with receivers and arguments that nobody meant. Deterministic by seed.
// Whatever is thrown is fine. What is not fine, the runner sees from outside: a crash of the process.
//
// input: { seed, calls, trace }; with `trace` each call is logged before it is made, so that the last line is the culprit.
async (input) => {
  let state = input.seed >>> 0 || 1;
  const random = (n) => {
    // xorshift32
    state ^= state << 13; state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5; state >>>= 0;
    return state % n;
  };
  const log = console.log.bind(console);
  const apply = Reflect.apply;
  const construct = Reflect.construct;
  const ownKeys = Reflect.ownKeys;
  const describe = Reflect.getOwnPropertyDescriptor;

  // ---- everything reachable ----
  const skip = new Set(["debugger"]);
  const found = [];
  const seen = new Set();
  const names = new Map();
  const visit = (value, name, depth) => {
    if (value === null || (typeof value !== "object" && typeof value !== "function") || seen.has(value) || depth > 4) return;
    seen.add(value);
    names.set(value, name);
    if (typeof value === "function") found.push(value);
    let keys;
    try { keys = ownKeys(value); } catch { return; }
    for (const key of keys.slice(0, 300)) {
      if (skip.has(key)) continue;
      let property;
      try { property = describe(value, key); } catch { continue; }
      if (property === undefined) continue;
      const path = `${name}.${typeof key === "symbol" ? key.toString() : key}`;
      for (const part of [property.value, property.get, property.set]) visit(part, path, depth + 1);
    }
    try { visit(Object.getPrototypeOf(value), `${name}.__proto__`, depth + 1); } catch {}
  };
  visit(globalThis, "globalThis", 0);
  for (const [name, value] of Object.entries({
    generator: (function* () {})(), asyncGenerator: (async function* () {})(), arrayIterator: [][Symbol.iterator](),
    mapIterator: new Map().entries(), regexpIterator: "a".matchAll(/a/g), promise: Promise.resolve(), error: new Error("x"),
    segments: new Intl.Segmenter().segment("a b"),
  })) visit(value, name, 0);

  // ---- odd values ----
  const made = [];  // results of earlier calls: the real objects of this platform
  const evil = () => ({
    valueOf() { if (made.length > 0) made.pop(); return random(2) === 0 ? 1 : {}; },
    toString() { throw new RangeError("evil"); },
    get length() { return random(2) === 0 ? -1 : 2 ** 31; },
    then(resolve) { if (random(2) === 0) resolve(1); },
    [Symbol.iterator]() { return { next: () => ({ done: random(4) === 0, value: odd() }) }; },
    [Symbol.toPrimitive]() { return random(2) === 0 ? NaN : Symbol.iterator; },
  });
  const detached = () => {
    const buffer = new ArrayBuffer(16);
    const view = new Uint8Array(buffer);
    structuredClone(buffer, { transfer: [buffer] });
    return random(2) === 0 ? view : buffer;
  };
  const shrinking = () => {
    const buffer = new ArrayBuffer(64, { maxByteLength: 128 });
    const view = random(2) === 0 ? new Uint8Array(buffer) : new Uint16Array(buffer, 32, 8);
    if (random(2) === 0) buffer.resize(random(64));
    return view;
  };
  const makers = [
    () => undefined, () => null, () => true, () => 0, () => -1, () => NaN, () => 1e21, () => 2 ** 31, () => -(2 ** 53), () => 0.5,
    () => 10n ** 20n, () => Symbol("odd"), () => "", () => "a", () => "x".repeat(random(5000)), () => "\ud800", () => "\u0000\uffff",
    () => "https://user:pass@example.com:1/a?b=c#d", () => "text/plain;charset=utf-8", () => "utf-16le", () => "gzip", () => "sha-256",
    () => ({}), () => [], () => [odd(), odd()], () => ({ type: "bytes" }), () => ({ name: "AES-GCM", length: 128, iv: new Uint8Array(12) }),
    () => ({ mode: "byob", signal: {}, transfer: [detached()] }), () => () => odd(), () => async () => odd(), () => class {}, evil,
    () => new Proxy({}, { get: () => odd(), has: () => true, ownKeys: () => ["a", "a"] }), () => new Proxy(() => 1, {}),
    () => new ArrayBuffer(random(100)), () => new Uint8Array(random(100)), () => new Float64Array(3), () => new DataView(new ArrayBuffer(8)),
    detached, shrinking, () => new Map([[1, 2]]), () => new Set(["a"]), () => new Date(NaN), () => /a/gy, () => new Error("odd"),
    () => Promise.resolve(odd()), () => Object.create(null), () => Object.freeze([1, 2]), () => globalThis, () => found[random(found.length)],
    () => (made.length > 0 ? made[random(made.length)] : {}), () => (made.length > 0 ? made[random(made.length)] : 1),
    () => ["encrypt", "decrypt", "sign", "verify", "deriveBits"], () => new Array(random(2000)).fill(1),
  ];
  let depth = 0;
  const odd = () => {
    if (depth > 3) return 1;
    depth++;
    try { return makers[random(makers.length)](); } catch { return undefined; } finally { depth--; }
  };

  // ---- the calls ----
  // These end or stop a program by design, or would replace what the loop below needs.
  const refused = /\.(defineProperty|defineProperties|setPrototypeOf|__defineGetter__|__defineSetter__|freeze|seal|preventExtensions|deleteProperty|assign|captureStackTrace|set __proto__|__proto__)$/;
  const callable = found.filter((f) => !refused.test(names.get(f)));
  let threw = 0;
  const pending = [];
  for (let i = 0; i < input.calls; i++) {
    const target = callable[random(callable.length)];
    const args = Array.from({ length: random(5) }, odd);
    const asConstructor = random(3) === 0;
    const receiver = random(2) === 0 && made.length > 0 ? made[random(made.length)] : odd();
    if (input.trace) log(`${i} ${asConstructor ? "new " : ""}${names.get(target)} with ${args.length}`);
    try {
      const result = asConstructor ? construct(target, args) : apply(target, receiver, args);
      if (result !== null && (typeof result === "object" || typeof result === "function")) {
        if (made.length < 200) made.push(result);
        else made[random(200)] = result;
        // A promise of its own: the program shall not end by an unhandled rejection, nor wait for one that never settles.
        if (Object.prototype.toString.call(result) === "[object Promise]") Promise.prototype.then.call(result, (v) => made.push(v), () => threw++);
      }
    } catch {
      threw++;
    }
    if (i % 50 === 0) await null;
    if (i % 500 === 0) await new Promise((resolve) => setTimeout(resolve, 0));
  }
  return { functions: callable.length, calls: input.calls, threw };
}
