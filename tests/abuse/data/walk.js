// Everything that a program can reach, one line each: the shortest path to it and what it is. Follows own keys, symbols,
// descriptors and prototypes from the global object and from one specimen of every kind of object that syntax or a
// native function makes. isolate_surface_test.cc compares the lines with reachable.txt.
export default async function walk() {
  const seen = new Map();
  const queue = [];
  const odd = [];
  const nameOf = (key) => (typeof key === "symbol" ? `[${key.description}]` : /^[A-Za-z_$][\w$]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`);
  // Paths of the machine, addresses and ids; the virtual names of this program's own modules are none.
  const leaks = (text) => /(^|[^\w.:/])\/(?!\/)[\w.]+\/[\w.]|0x[0-9a-f]{6,}|\b(?=[0-9a-f]*\d)[0-9a-f]{12,}\b|node:|\bv8\b|mayfly/i.test(text);
  const meet = (value, path) => {
    if ((typeof value !== "object" && typeof value !== "function") || value === null) {
      if (typeof value === "string" && value.length > 200) odd.push(`${path} is a long text`);
      return;
    }
    if (seen.has(value)) return;
    seen.set(value, path);
    queue.push(value);
  };

  // Syntax and natives make objects whose prototypes no global names.
  const rejected = fetch("http://localhost/");
  const denial = await rejected.catch((error) => error);
  const specimens = {
    asyncFunction: async function () {},
    generator: (function* () {})(),
    asyncGenerator: (async function* () {})(),
    arrayIterator: [][Symbol.iterator](),
    mapIterator: new Map().entries(),
    setIterator: new Set().values(),
    stringIterator: ""[Symbol.iterator](),
    regexpIterator: "".matchAll(/./g),
    iteratorHelper: [].values().map((x) => x),
    wrappedIterator: Iterator.from({ next() {} }),
    segmenter: new Intl.Segmenter().segment("a")[Symbol.iterator](),
    arguments: (function () { return arguments; })(),
    regexpMatch: /(?<name>a)/d.exec("a"),
    tagged: ((strings) => strings)`a`,
    error: new Error("e"),
    thrownByEngine: (() => { try { null.x; } catch (error) { return error; } })(),
    denial,
    fetchPromise: rejected,
    timer: setTimeout(() => {}, 0),
    encoded: new TextEncoder().encode("a"),
    encodedInto: new TextEncoder().encodeInto("a", new Uint8Array(1)),
    decoder: new TextDecoder(),
    clone: structuredClone({ a: [1], e: new Error("x"), m: new Map(), d: new Date(0), b: new ArrayBuffer(1) }),
    meta: import.meta,
    namespace: await import("attack.js").catch((error) => error),
    missing: await import("nowhere").catch((error) => error),
    evalRefused: (() => { try { return eval("1"); } catch (error) { return error; } })(),
  };
  const lines = [];
  meet(globalThis, "globalThis");
  follow();
  for (const [name, value] of Object.entries(specimens)) {
    meet(value, name);
    follow();
  }
  return { lines: lines.sort(), odd };

  function follow() {
    while (queue.length > 0) {
      const object = queue.shift();
      const path = seen.get(object);
      let kind = typeof object;
      if (kind === "function") {
        const source = Function.prototype.toString.call(object);
        kind = `function/${object.length}${/\{ \[native code\] \}$/.test(source) ? "" : " in JavaScript"}`;
        // The realm of a function is where its prototype chain ends.
        let top = object;
        while (Object.getPrototypeOf(top) !== null) top = Object.getPrototypeOf(top);
        if (top !== Object.prototype) odd.push(`${path} is of another realm`);
      }
      lines.push(`${path} ${kind}`);
      meet(Object.getPrototypeOf(object), `${path}.__proto__`);
      if (ArrayBuffer.isView(object) || object instanceof String) continue;
      for (const key of Reflect.ownKeys(object)) {
        const descriptor = Reflect.getOwnPropertyDescriptor(object, key);
        const below = path === "globalThis" ? nameOf(key).replace(/^\./, "") : path + nameOf(key);
        if ("value" in descriptor) {
          meet(descriptor.value, below);
          const text = typeof descriptor.value === "symbol" ? descriptor.value.description : descriptor.value;
          if (typeof text === "string" && leaks(text)) odd.push(`${below}: ${text}`);
          if (typeof text === "number" && Number.isInteger(text) && text > 2 ** 40 && text !== Number.MAX_SAFE_INTEGER && text !== Number.MAX_VALUE) odd.push(`${below}: ${text}`);
        } else {
          if (descriptor.get) meet(descriptor.get, `${below}.get`);
          if (descriptor.set) meet(descriptor.set, `${below}.set`);
        }
      }
    }
  }
}
