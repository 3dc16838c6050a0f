// SPDX-License-Identifier: Apache-2.0
// Security.md cases 3 to 5, 9 to 15 and 19: programs that use the language against our native functions.

#include "abuse/sandbox_fixture.h"

namespace mayfly::abuse {
namespace {

using std::chrono::milliseconds;

class HostileCode : public SandboxTest {
 protected:
  RunRequest modules(std::string main, std::vector<SourceModule> others, const Limits& limits = {}) {
    RunRequest what = request(std::move(main), limits);
    for (SourceModule& other : others) what.modules.push_back(std::move(other));
    return what;
  }
};

// ---- 3: polluted built-ins ----

// Everything that our natives could look up is replaced first. They behave as before, and no hook sees a value that is
// not the program's own.
TEST_F(HostileCode, Case03PollutedPrototypes) {
  Verdict verdict = attack(R"js(
const calls = [];
const { defineProperty, getOwnPropertyDescriptor } = Object;
const names = ["value", "get", "set", "writable", "configurable", "enumerable", "code", "read", "written", "name", "message", "stack", "cause", "constructor",
  "length", "transfer", "stream", "fatal", "ignoreBOM", "byteLength", "byteOffset", "buffer", "url", "default", "type", "random", "lastIndex", "index", "raw", "done", "next", "return", "0", "1", "2", "9"];
let watching = false;
for (const name of names) {
  for (const proto of [Object.prototype, Array.prototype, Function.prototype]) {
    const old = getOwnPropertyDescriptor(proto, name);
    if (old && !old.configurable) continue;
    defineProperty(proto, name, {
      __proto__: null,
      configurable: true,
      get() { if (watching) calls.push(`get ${name}`); return old?.value; },
      set(value) { if (watching) calls.push(`set ${name}`); defineProperty(this, name, { __proto__: null, value, writable: true, configurable: true, enumerable: true }); },
    });
  }
}
const spoil = (object, name) => { try { object[name] = () => { if (watching) calls.push(name); throw new Error("hook " + name); }; } catch {} };
for (const [object, keys] of [[JSON, ["parse", "stringify"]], [Reflect, Reflect.ownKeys(Reflect)], [Map.prototype, ["get", "set", "has", "entries", "forEach"]],
  [Set.prototype, ["add", "has", "values"]], [Promise.prototype, ["finally"]], [Array.prototype, ["push", "map", "join", "slice", "forEach", "concat"]],
  [String.prototype, ["slice", "replace", "split", "trim", "toString"]], [Object, ["keys", "entries", "defineProperty", "getOwnPropertyDescriptor", "assign"]],
  [ArrayBuffer.prototype, ["slice", "transfer"]], [Number.prototype, ["toString"]]]) for (const key of keys) spoil(object, key);
Function.prototype.call = Function.prototype.apply = Function.prototype.bind = () => { throw new Error("hook apply"); };
defineProperty(Array, Symbol.species, { __proto__: null, value: function () { throw new Error("hook species"); } });
defineProperty(ArrayBuffer, Symbol.species, { __proto__: null, value: function () { throw new Error("hook species"); } });
Array.prototype[Symbol.iterator] = () => { throw new Error("hook iterator"); };
defineProperty(Symbol.prototype, Symbol.toPrimitive, { __proto__: null, value() { throw new Error("hook"); } });

const encoder = new TextEncoder(), decoder = new TextDecoder();
const target = new Uint8Array(8), buffer = new ArrayBuffer(4);
const data = { list: [1, 2, 3], text: "x", map: new Map() };
const error = new Error("mine");
watching = true;
console.log("seen", data, [1, 2], error, target, new Date(0), 1n, Symbol("s"), null);
console.error(data.list); console.table(data.list); console.group("g"); console.groupEnd(); console.count("c"); console.time("t"); console.timeEnd("t"); console.assert(false, data);
const bytes = encoder.encode("aé");
const into = encoder.encodeInto("hi", target);
const text = decoder.decode(bytes);
const clone = structuredClone(data);
let moved;
// Web IDL iterates the list by the program's own rules, so this one call may meet the hook.
try { moved = structuredClone(buffer, { __proto__: null, transfer: [buffer] }); } catch (error) { moved = { byteLength: error.message === "hook iterator" ? 4 : 0 }; }
const id = setTimeout(() => {}, 5);
clearTimeout(id);
queueMicrotask(() => {});
const random = Math.random();
const missing = import("./nowhere.js");
watching = false;
let absent = "";
try { await missing; } catch (reason) { absent = reason.code; }
await new Promise((resolve) => setTimeout(resolve, 1));
watching = true;
export default () => {
  watching = false;
  let got = "";
  for (let i = 0; i < calls.length; i++) got += calls[i] + ",";
  return { bytes: bytes.byteLength === 3, text: text === "aé", clone: clone !== data && clone.list[2] === 3 && clone.text === "x", moved: moved.byteLength === 4,
    random: random >= 0 && random < 1, absent, into: into.read === 2 && into.written === 2, got };
};
)js",
                           memoryLimit(64));
  EXPECT_EQ(verdict.code(), "") << verdict;
  // The options of structuredClone and decode are read by the program's own rules, so those reads may be seen.
  EXPECT_EQ(
      verdict.result(),
      R"({"bytes":true,"text":true,"clone":true,"moved":true,"random":true,"absent":"E_MODULE","into":true,"got":""})");
  EXPECT_EQ(verdict.logs.size(), 7U) << verdict;
}

TEST_F(HostileCode, Case03SettersThatThrow) {
  for (const char* name : {"code", "read", "written", "name", "message", "stack", "url", "then", "value", "0"}) {
    std::string program = "Object.defineProperty(Object.prototype, '" + std::string(name) +
                          R"js(', { configurable: true, set() { throw new Error("hook"); } });
const tries = [() => fetch("x").catch(() => {}), () => new TextEncoder().encodeInto("ab", new Uint8Array(4)).written, () => structuredClone(new Error("x")), () => console.log({}, new Error("y")),
  () => new TextDecoder("nope"), () => structuredClone(() => {}), () => setTimeout("x"), () => import("./nowhere.js").catch(() => {}), () => eval("1"), () => import.meta];
for (const each of tries) { try { each(); } catch {} }
export default () => "alive";
)js";
    Verdict verdict = attack(program);
    EXPECT_EQ(verdict.result(), "\"alive\"") << name << verdict;
  }
}

// Outcomes come from the values themselves, even when their prototypes lie.
TEST_F(HostileCode, Case03PollutedOutcomes) {
  EXPECT_EQ(attack("Object.prototype.code = 'E_DENIED'; Error.prototype.name = 5; throw new Error('mine')").message(),
            "mine");
  EXPECT_EQ(attack("Error.prototype.message = 'forged'; Error.prototype.toString = () => { throw 1 }; null.x").code(),
            "E_EXCEPTION");
  EXPECT_EQ(attack("Promise.prototype.then = () => { throw new Error('hook') }; export default async () => 5").result(),
            "5");
  EXPECT_EQ(
      attack("Object.prototype.then = function () { throw new Error('hook') }; export default async () => 5").result(),
      "5");
  EXPECT_EQ(attack("Object.prototype.toJSON = () => 'forged'; export default () => 5").result(), "5");
  EXPECT_EQ(attack("JSON.stringify = () => 'forged'; export default () => ({ a: 1 })").result(), "{\"a\":1}");
  EXPECT_EQ(attack("JSON.parse = () => 'forged'; export default () => 5").result(), "5");
  EXPECT_EQ(attack("delete globalThis.setTimeout; delete globalThis.console; delete globalThis.Promise; "
                   "globalThis.Object = null; 1 + 1")
                .result(),
            "2");
  EXPECT_EQ(attack("Object.setPrototypeOf(globalThis, new Proxy({}, { get() { throw new Error('hook') }, has() { "
                   "return true } })); export default () => 5")
                .result(),
            "5");
}

TEST_F(HostileCode, Case03GlobalsWithNumbersAsNames) {
  Verdict verdict =
      attack("var y = (function () { for (let i = 0; i < 40; i++) globalThis[i] = function () { return i }; })();");
  EXPECT_EQ(verdict.code(), "") << verdict;
  EXPECT_RESULT(
      "var y = (() => { for (let i = 0; i < 40; i++) globalThis[i] = () => 1; })(); function main() { return 'main' }",
      "\"main\"");
  EXPECT_CODE(
      "var o = void Object.defineProperty(globalThis, 'zz', { enumerable: true, get() { throw new Error('x') } }); "
      "function a() { return 1 }",
      Limits{}, "E_EXCEPTION");
}

// ---- 4: arguments with side effects ----

TEST_F(HostileCode, Case04HostileArguments) {
  Limits limits = memoryLimit(256, std::chrono::seconds(20));
  limits.logBytes = 16U << 20U;
  Verdict verdict = attack(request(R"js(
export default async () => {
  const bad = [];
  const detached = new Uint8Array(16); detached.buffer.transfer();
  const revoked = Proxy.revocable({}, {}); revoked.revoke();
  const thrower = () => { throw new Error("mine"); };
  const values = () => [undefined, null, NaN, -0, 2 ** 53, -1, 1e308, 1n, Symbol("s"), "", "x".repeat(70000), "\ud800", "\0", {}, [], () => {}, async () => {}, class {},
    new Proxy({}, new Proxy({}, { get: thrower })), new Proxy(function () {}, { apply: thrower, get: thrower }), revoked.proxy, { toString: thrower }, { valueOf: thrower },
    { [Symbol.toPrimitive]: thrower }, { [Symbol.toPrimitive]: () => Symbol() }, { toString: () => ({}) , valueOf: () => ({}) }, { get transfer() { throw new Error("mine"); } },
    { transfer: [1] }, { transfer: { length: 1 } }, { transfer: [detached.buffer] }, { get stream() { throw new Error("mine"); } }, detached, new DataView(new ArrayBuffer(4)),
    new Uint8Array(new ArrayBuffer(8, { maxByteLength: 16 })), new Date(NaN), new Map([[1, new Map()]]), new Error("e", { cause: new Error("f") }), Object.create(null), globalThis,
    new Proxy([], {}), Object.freeze([1]), new (class extends Array {})(5), arguments_(1, 2), new Float64Array(4), new WeakMap(), Promise.resolve(1), /x/g, new Boolean(false)];
  function arguments_() { return arguments; }
  const decoder = new TextDecoder(), encoder = new TextEncoder();
  const natives = { setTimeout, setInterval, clearTimeout, clearInterval, queueMicrotask: (f) => queueMicrotask(typeof f === "function" && !/class/.test(String) ? () => {} : f), structuredClone, fetch: (...a) => void fetch(...a).catch(() => {}),
    encode: (...a) => encoder.encode(...a), encodeInto: (...a) => encoder.encodeInto(...a), encodeInto2: (a) => encoder.encodeInto("abc", a), decode: (...a) => decoder.decode(...a),
    decode2: (a) => decoder.decode(new Uint8Array(3), a), decoder: (...a) => new TextDecoder(...a), decoder2: (a) => new TextDecoder("utf-8", a), clone2: (a) => structuredClone({}, a),
    random: Math.random, dynamic: (a) => void import(a).catch(() => {}), ...console };
  const timers = [];
  for (const [name, native] of Object.entries(natives)) {
    for (const first of values()) {
      for (const second of name.startsWith("set") ? values() : [undefined, ...values().slice(14, 27)]) {
        try {
          const made = native(name.startsWith("set") && typeof first === "function" ? () => {} : first, second);
          if (typeof made === "number" && name.startsWith("set")) { clearTimeout(made); }
        } catch (error) {
          const fine = error instanceof TypeError || error instanceof RangeError || error?.message === "mine" || error?.name === "DataCloneError";
          if (!fine) bad.push(`${name}: ${error}`);
        }
      }
    }
  }
  return [...new Set(bad)].slice(0, 20);
}
)js",
                                   limits));
  EXPECT_EQ(verdict.code(), "") << verdict.message();
  EXPECT_EQ(verdict.result(), "[]");
}

TEST_F(HostileCode, Case04EachArgumentIsReadOnce) {
  EXPECT_RESULT(
      R"js(
export default () => {
  const reads = {};
  const counted = (name, value) => ({ [Symbol.toPrimitive]() { reads[name] = (reads[name] ?? 0) + 1; return value; } });
  clearTimeout(setTimeout(() => {}, counted("delay", 5)));
  clearTimeout(counted("id", 1));
  new TextEncoder().encode(counted("encode", "x"));
  new TextEncoder().encodeInto(counted("encodeInto", "x"), new Uint8Array(4));
  new TextDecoder(counted("label", "utf-8"), { get fatal() { reads.fatal = (reads.fatal ?? 0) + 1; return true; }, get ignoreBOM() { reads.bom = (reads.bom ?? 0) + 1; } });
  new TextDecoder().decode(new Uint8Array(2), { get stream() { reads.stream = (reads.stream ?? 0) + 1; } });
  structuredClone(1, { get transfer() { reads.transfer = (reads.transfer ?? 0) + 1; return []; } });
  console.count(counted("count", "c")); console.time(counted("time", "c")); console.timeEnd(counted("timeEnd", "c")); console.countReset(counted("reset", "c"));
  return reads;
}
)js",
      R"({"delay":1,"id":1,"encode":1,"encodeInto":1,"label":1,"fatal":1,"bom":1,"stream":1,"transfer":1,"count":1,"time":1,"timeEnd":1,"reset":1})");
}

// Natives that call back into the program, which calls them again and changes what they work on.
TEST_F(HostileCode, Case04Reentry) {
  EXPECT_RESULT(R"js(
export default () => {
  const out = [];
  const decoder = new TextDecoder();
  out.push(decoder.decode(new Uint8Array([0xe2, 0x82]), { get stream() { decoder.decode(new Uint8Array([0xf0, 0x9f]), { stream: true }); return true; } }).length);
  out.push(typeof decoder.decode());
  const id = setInterval(() => {}, { valueOf() { clearTimeout(id0); for (let i = 0; i < 50; i++) clearTimeout(setTimeout(() => {}, 1)); return 1; } }); var id0 = id;
  clearInterval(id);
  let depth = 0;
  const again = { toString() { return ++depth < 50 ? new TextDecoder().decode(new TextEncoder().encode(again)) : "end"; } };
  out.push(new TextDecoder().decode(new TextEncoder().encode(again)));
  const nested = { get x() { return depth++ < 100 ? structuredClone(nested) : 1; } };
  structuredClone(nested);
  console.count({ toString() { console.count("inner"); console.countReset("inner"); return "outer"; } });
  return out;
}
)js",
                "[1,\"string\",\"end\"]");
}

// ---- 5: buffers that change under a native function ----

TEST_F(HostileCode, Case05BufferGames) {
  EXPECT_RESULT(R"js(
export default () => {
  const bad = [];
  const attempt = (name, f) => { try { return f(); } catch (error) { if (!(error instanceof Error)) bad.push(`${name}: ${error}`); return error.name; } };
  for (const size of [0, 1, 7, 64, 4096, 70000]) {
    for (const resizable of [false, true]) {
      const make = () => new Uint8Array(resizable ? new ArrayBuffer(size, { maxByteLength: size + 4096 }) : new ArrayBuffer(size));
      let view = make();
      attempt("encodeInto detaches", () => new TextEncoder().encodeInto({ toString() { view.buffer.transfer(); return "x".repeat(100); } }, view));
      view = make();
      if (resizable) attempt("encodeInto shrinks", () => new TextEncoder().encodeInto({ toString() { view.buffer.resize(0); return "x".repeat(100); } }, view));
      view = make();
      if (resizable) attempt("encodeInto grows", () => new TextEncoder().encodeInto({ toString() { view.buffer.resize(size + 4096); return "x".repeat(10000); } }, view));
      view = make();
      attempt("decode detaches", () => new TextDecoder().decode(view, { get stream() { view.buffer.transfer(); return true; } }));
      view = make();
      if (resizable) attempt("decode shrinks", () => new TextDecoder().decode(view, { get stream() { view.buffer.resize(0); return true; } }));
      if (resizable) attempt("out of bounds", () => { const b = new ArrayBuffer(64, { maxByteLength: 128 }); const v = new Uint8Array(b, 32, 32); b.resize(16); new TextDecoder().decode(v); new TextEncoder().encodeInto("abc", v); structuredClone(v); });
      if (resizable) attempt("length tracking", () => { const b = new ArrayBuffer(64, { maxByteLength: 128 }); const v = new Uint8Array(b, 32); b.resize(128); if (new TextDecoder().decode(v).length !== 96) bad.push("tracking"); structuredClone(v); });
      view = make();
      attempt("clone detaches", () => structuredClone({ a: 1, get b() { view.buffer.transfer(); return view; } }));
      view = make();
      attempt("clone transfers twice", () => structuredClone({ get a() { structuredClone(0, { transfer: [view.buffer] }); return view.buffer; } }, { transfer: [view.buffer] }));
      view = make();
      attempt("list transfers", () => structuredClone(0, { transfer: [view.buffer, { get x() {} }] }));
      view = make();
      attempt("list detaches later", () => { const list = [view.buffer]; Object.defineProperty(list, 1, { get() { view.buffer.transfer(); return new ArrayBuffer(8); } }); list.length = 2; structuredClone(view, { transfer: list }); });
      view = make();
      attempt("list grows", () => { const list = [view.buffer]; Object.defineProperty(list, 1, { get() { list.push(new ArrayBuffer(1)); return new ArrayBuffer(1); } }); structuredClone(0, { transfer: list }); });
    }
  }
  // The same buffer named twice is refused, and stays whole.
  const twice = new ArrayBuffer(8);
  if (attempt("twice", () => structuredClone(twice, { transfer: [twice, twice] })) !== "DataCloneError") bad.push("a buffer named twice was accepted");
  if (twice.byteLength !== 8) bad.push("a refused transfer detached its buffer");
  return bad;
}
)js",
                "[]");
}

TEST_F(HostileCode, Case05SharedBuffersAreInert) {
  EXPECT_RESULT(R"js(
export default () => {
  if (typeof WebAssembly === "undefined") return [];
  const found = [];
  let shared;
  try { shared = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }).buffer; } catch { return []; }
  // There is nobody to share it with, nothing to wait on, and it does not pass a native function as an ordinary buffer.
  if (typeof Atomics !== "undefined") found.push("Atomics");
  for (const name of ["wait", "waitAsync", "notify"]) if (shared[name] || shared.constructor[name]) found.push(name);
  try { structuredClone(shared); found.push("cloned"); } catch {}
  try { structuredClone(0, { transfer: [shared] }); found.push("transferred"); } catch {}
  try { new TextDecoder().decode(shared); found.push("decoded"); } catch (error) { if (!(error instanceof TypeError)) found.push(String(error)); }
  new TextDecoder().decode(new Uint8Array(shared));
  new TextEncoder().encodeInto("abc", new Uint8Array(shared));
  return found;
}
)js",
                "[]");
}

// ---- 9: data with magic keys ----

TEST_F(HostileCode, Case09MagicKeysAreData) {
  RunRequest what = request(R"js(
export default async (input) => {
  const again = await input;
  return { own: Object.keys(input), proto: Object.getPrototypeOf(input) === Object.prototype, polluted: ({}).polluted, same: again === input, then: typeof input.then, back: input };
}
)js");
  what.inputJson =
      R"({"__proto__":{"polluted":1},"then":"x","constructor":{"prototype":{"polluted":2}},"toJSON":"y","hasOwnProperty":1})";
  Verdict verdict = attack(what);
  EXPECT_EQ(
      verdict.result(),
      R"({"own":["__proto__","then","constructor","toJSON","hasOwnProperty"],"proto":true,"same":true,"then":"string",)"
      R"("back":{"__proto__":{"polluted":1},"then":"x","constructor":{"prototype":{"polluted":2}},"toJSON":"y","hasOwnProperty":1}})")
      << verdict;
}

TEST_F(HostileCode, Case09ThenablesAsResults) {
  EXPECT_RESULT("export default () => ({ then(resolve) { resolve(5) } })", "5");
  EXPECT_RESULT("export default async () => ({ then(resolve) { resolve({ then(again) { again(6) } }) } })", "6");
  EXPECT_CODE("export default () => ({ then() {} })", Limits{}, "E_UNSETTLED");
  EXPECT_CODE("export default () => ({ get then() { throw new Error('mine') } })", Limits{}, "E_EXCEPTION");
  EXPECT_CODE("const t = { then(resolve) { resolve(t) } }; export default () => t", cpuLimit(milliseconds(60)),
              "E_CPU");
  EXPECT_RESULT("export default () => ({ toJSON() { return 7 } })", "7");
  EXPECT_CODE("export default () => ({ toJSON() { throw new Error('mine') } })", Limits{}, "E_RESULT");
  EXPECT_CODE("export default () => ({ get a() { throw new Error('mine') } })", Limits{}, "E_RESULT");
  EXPECT_CODE("const a = {}; a.a = a; export default () => a", Limits{}, "E_RESULT");
  EXPECT_CODE("export default () => 10n", Limits{}, "E_RESULT");
  EXPECT_RESULT("export default () => ({ toJSON() {} })", "undefined");
}

// ---- 10: stack introspection ----

TEST_F(HostileCode, Case10StackIntrospection) {
  EXPECT_RESULT(R"js(
const odd = [];
const look = (site, where) => {
  const text = [site.getFileName(), site.getScriptNameOrSourceURL(), site.getEvalOrigin(), site.getFunctionName(), site.getTypeName(), site.getMethodName(), site.toString()].join(" ");
  // Frames of the platform's own JavaScript say so, and give nothing away but their names.
  const ours = String(site.getFileName()).startsWith("mayfly:");
  if (!ours && /node|mayfly|\/[a-z]+\/|internal|0x/i.test(text)) odd.push(`${where}: ${text}`);
  if (ours && (site.getFunction() !== undefined || site.getThis() !== undefined)) odd.push(`${where}: a function of ours`);
  const f = site.getFunction(), self = site.getThis();
  // Strict code hides both; what a sloppy function shows is the program's own or a global of it.
  for (const value of [f, self]) if (value !== undefined && value !== globalThis && value !== Math && Object.getPrototypeOf(value) === undefined) odd.push(where);
};
let frames = 0;
Error.prepareStackTrace = (error, sites) => { frames += sites.length; for (const site of sites) look(site, String(error)); return sites.length; };
Error.stackTraceLimit = Infinity;
const stackOf = (error) => { void error.stack; };
stackOf(new Error("plain"));
for (const f of [() => structuredClone({ get x() { stackOf(new Error("clone")); return 1; } }), () => console.count({ toString() { stackOf(new Error("count")); return ""; } }),
  () => new TextEncoder().encode({ toString() { stackOf(new Error("encode")); return ""; } }), () => new TextDecoder("nope"), () => structuredClone(() => {}), () => eval("1"), () => setTimeout("x"),
  () => new TextDecoder("utf-8", { get fatal() { stackOf(new Error("fatal")); } }), () => [1].map(() => stackOf(new Error("map"))), () => JSON.parse("{", () => {}), () => null.x]) {
  try { f(); } catch (error) { stackOf(error); }
}
// Overflow with natives at the edge: whatever frame it hits is shown.
function deeper(n) { Math.random(); return n + deeper(n + 1); }
try { deeper(0); } catch (error) { stackOf(error); }
await new Promise((resolve) => setTimeout(() => { stackOf(new Error("timer")); queueMicrotask(() => { stackOf(new Error("micro")); resolve(); }); }, 0));
const target = {};
Error.captureStackTrace(target);
void target.stack;
export default () => ({ odd, seen: frames > 20 });
)js",
                "{\"odd\":[],\"seen\":true}");
}

TEST_F(HostileCode, Case10CostOfStacksIsBounded) {
  EXPECT_CODE(
      "Error.stackTraceLimit = Infinity; function f(n) { if (n === 0) { for (;;) void new Error('x').stack } f(n - 1) "
      "} f(5000)",
      cpuLimit(milliseconds(100)), "E_CPU");
  Verdict verdict =
      attack("Error.stackTraceLimit = 1e9; function f(n) { if (n === 0) throw new Error('deep'); f(n - 1) } f(5000)");
  EXPECT_EQ(verdict.code(), "E_EXCEPTION");
  EXPECT_LE(verdict.outcome.error->frames.size(), 32U);
  EXPECT_EQ(attack("Error.prepareStackTrace = () => { throw new Error('hook') }; throw new Error('mine')").message(),
            "mine");
  EXPECT_EQ(attack("Error.prepareStackTrace = () => { for (;;); }; try { null.x } catch (e) { e.stack }").code(),
            "E_CPU");
  EXPECT_EQ(attack("Object.defineProperty(Error, 'stackTraceLimit', { get() { throw 1 } }); throw new Error('mine')")
                .message(),
            "mine");
}

// The source of a native or of our own few lines of JavaScript shows nothing that could be used.
TEST_F(HostileCode, Case10OwnFunctionsGiveNothingAway) {
  EXPECT_RESULT(R"js(
const bad = [];
for (const f of [Math.random, setTimeout, console.log, fetch, structuredClone]) {
  for (const key of ["caller", "arguments", "prototype"]) {
    try { if (f[key] !== undefined && f[key] !== null) bad.push(`${f.name}.${key}`); } catch (error) { if (!(error instanceof TypeError)) bad.push(String(error)); }
  }
}
let caught;
const spy = { get [0]() { caught = spy.arguments; } };
bad)js",
                "[]");
}

// ---- 11: code from strings ----

TEST_F(HostileCode, Case11CodeFromStrings) {
  EXPECT_RESULT(R"js(
const ways = {
  eval: () => eval("1"), indirect: () => (0, eval)("1"), evalBound: () => eval.call(null, "1"), Function: () => Function("return 1"), newFunction: () => new Function("return 1"),
  constructor: () => (() => {}).constructor("return 1"), generator: () => (function* () {}).constructor("yield 1"), async: () => (async () => {}).constructor("return 1"),
  asyncGenerator: () => (async function* () {}).constructor("yield 1"), reflect: () => Reflect.construct(Function, ["return 1"]), subclass: () => new (class extends Function {})("return 1"),
  nested: () => Object.getPrototypeOf(Function.prototype.constructor)("return 1"), native: () => console.log.constructor("return 1"), bound: () => Function.bind(null, "return 1")(),
  proxy: () => new Proxy(Function, {})("return 1"), wasmModule: () => new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])),
  wasmInstance: () => new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]))),
};
const wrong = [];
for (const [name, way] of Object.entries(ways)) {
  try { const made = way(); if (name === "nested") continue; wrong.push(`${name} made ${typeof made}`); }
  catch (error) { if (!(error instanceof EvalError) && error.constructor.name !== "CompileError" && !(error instanceof TypeError && name === "nested") && !(error instanceof ReferenceError && name.startsWith("wasm"))) wrong.push(`${name}: ${error}`); }
}
for (const timer of [setTimeout, setInterval]) {
  for (const code of ["globalThis.ran = 1", new String("globalThis.ran = 1"), { toString: () => "globalThis.ran = 1" }]) {
    try { timer(code, 0); wrong.push("timer"); } catch (error) { if (!(error instanceof TypeError)) wrong.push(String(error)); }
  }
}
const later = async (name, make) => { try { await make(); wrong.push(name); } catch (error) { if (!/CompileError|EvalError|ReferenceError|TypeError/.test(error.constructor.name)) wrong.push(`${name}: ${error}`); } };
if (typeof WebAssembly !== "undefined") {
  await later("compile", () => WebAssembly.compile(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])));
  await later("instantiate", () => WebAssembly.instantiate(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]), {}));
  await later("compileStreaming", () => WebAssembly.compileStreaming(Promise.resolve(1)));
}
await new Promise((resolve) => setTimeout(resolve, 5));
export default () => ({ wrong, ran: globalThis.ran });
)js",
                "{\"wrong\":[]}");
}

// ---- 12: imports ----

TEST_F(HostileCode, Case12ImportsThatLeadNowhere) {
  RunRequest what = modules(R"js(
const specifiers = ["file:///etc/passwd", "node:fs", "fs", "data:text/javascript,export default 1", "http://localhost/x.js", "https://localhost/x.js", "blob:x", "..", ".", "", "/",
  "../", "../../etc/passwd", "./../attack.js", "../attack.js", "/etc/passwd", "%2e%2e/attack.js", "./%61ttack.js", "attack%2ejs", "attack.js%00", "attack.js\0", "./attack.js\0.png", "\\attack.js", ".\\attack.js",
  "./folder\\..\\attack.js", "attack.js?x", "attack.js#x", "ATTACK.JS", " attack.js", "attack.js ", "x".repeat(1 << 20), "./" + "../".repeat(1000) + "attack.js", "./" + "a/".repeat(100000), "\ud800", "__proto__",
  "constructor", "toString", "mayfly:internal", "import.meta", "javascript:1", "[object Object]"];
const wrong = [];
for (const specifier of specifiers) {
  let promise;
  try { promise = import(specifier); } catch (error) { wrong.push(`threw at once: ${specifier.slice(0, 40)}`); continue; }
  try { await promise; wrong.push(`found ${specifier.slice(0, 40)}`); } catch (error) { if (error.code !== "E_MODULE") wrong.push(`${specifier.slice(0, 40)}: ${error}`); if (error.message.length > 1000) wrong.push(`long message for ${specifier.slice(0, 40)}`); }
}
for (const specifier of [Symbol("x"), { toString() { throw new TypeError("mine"); } }, Object.create(null)]) {
  try { await import(specifier); wrong.push("not text"); } catch (error) { if (!(error instanceof TypeError)) wrong.push(String(error)); }
}
const good = [await import("./folder/other.js"), await import("folder/other.js"), await import("./folder/./../folder/other.js"), await import("./data.json")];
export default () => ({ wrong, good: good.every((each) => typeof each.default === "number") });
)js",
                            {{.name = "folder/other.js", .source = "export default 1"},
                             {.name = "data.json", .language = Language::kJson, .source = "2"}},
                            memoryLimit(64));
  Verdict verdict = attack(what);
  EXPECT_EQ(verdict.code(), "") << verdict;
  EXPECT_EQ(verdict.result(), "{\"wrong\":[],\"good\":true}") << verdict;
}

TEST_F(HostileCode, Case12StaticImports) {
  EXPECT_CODE("import x from 'node:fs'; export default () => 1", Limits{}, "E_MODULE");
  EXPECT_CODE("import x from '../outside.js'; export default () => 1", Limits{}, "E_MODULE");
  EXPECT_CODE("import { nothing } from './attack.js'; export default () => 1", Limits{}, "E_SYNTAX");
  EXPECT_CODE("export * from 'x'; export default () => 1", Limits{}, "E_MODULE");
}

TEST_F(HostileCode, Case12AttributesAndPhases) {
  std::vector<SourceModule> others = {{.name = "a.js", .source = "export default 1"},
                                      {.name = "d.json", .language = Language::kJson, .source = "{\"x\":1}"}};
  Verdict verdict = attack(modules(R"js(
const results = [];
const attempt = async (specifier, attributes) => { try { results.push(typeof (await import(specifier, { with: attributes })).default); } catch (error) { results.push(error.constructor.name); } };
await attempt("./a.js", { type: "json" });     // code must not come in as data
await attempt("./a.js", { type: "css" });
await attempt("./a.js", { nonsense: "x" });
await attempt("./d.json", { type: "css" });
await attempt("./d.json", { type: "json" });
await attempt("./d.json", { type: "json", more: "x" });
await attempt("./a.js", {});
export default () => results;
)js",
                                   others));
  EXPECT_EQ(verdict.result(), R"(["TypeError","TypeError","TypeError","TypeError","object","TypeError","number"])")
      << verdict;
  EXPECT_EQ(attack(modules("import a from './a.js' with { type: 'css' }; export default () => a", others)).code(),
            "E_SYNTAX");
  EXPECT_EQ(
      attack(modules("import a from './d.json' with { type: 'json' }; export default () => a.x", others)).result(),
      "1");
  for (const char* phase : {"import source x from './a.js'; x", "import defer * as x from './a.js'; x",
                            "await import.source('./a.js')", "await import.defer('./a.js')"}) {
    Verdict refused = attack(modules(phase, others));
    EXPECT_NE(refused.code(), "") << phase << refused;
    EXPECT_NE(refused.code(), "E_HOST_CRASHED") << phase << refused;
  }
}

TEST_F(HostileCode, Case12ImportMeta) {
  EXPECT_RESULT(
      "export default () => [Reflect.ownKeys(import.meta), import.meta.url, Object.getPrototypeOf(import.meta)]",
      R"([["url"],"file:///attack.js",null])");
}

// A module that imports itself, or one that imports it back, while it is being evaluated.
TEST_F(HostileCode, Case12ImportDuringEvaluation) {
  EXPECT_CODE("await import('./attack.js'); export default () => 1", Limits{}, "E_UNSETTLED");
  EXPECT_RESULT("const later = import('./attack.js'); export const x = 5; export default async () => (await later).x",
                "5");
  EXPECT_RESULT(
      "let got; import('./attack.js').then((m) => { got = typeof m.default }); export default async () => { await 0; "
      "await 0; await 0; return got }",
      "\"function\"");
  std::vector<SourceModule> circle = {
      {.name = "b.js", .source = "import { a } from './attack.js'; export const b = () => a;"},
      {.name = "bad.js", .source = "import './attack.js'; throw new Error('mine');"}};
  EXPECT_EQ(
      attack(modules("export const a = 3; const other = import('./b.js'); export default async () => (await other).b()",
                     circle))
          .result(),
      "3");
  EXPECT_EQ(
      attack(modules("const other = import('./bad.js').catch((e) => e.message); export default () => other", circle))
          .result(),
      "\"mine\"");
  EXPECT_EQ(attack(modules("await import('./b.js'); export const a = 1; export default () => a", circle)).code(),
            "E_UNSETTLED");
}

// ---- 13: everything can be thrown ----

TEST_F(HostileCode, Case13ThrowAnything) {
  const std::vector<std::string> thrown = {
      "null",
      "undefined",
      "0",
      "NaN",
      "''",
      "'\\0'.repeat(9000)",
      "'x'.repeat(1e6)",
      "'\\ud800'",
      "10n ** 1000n",
      "Symbol('s')",
      "Symbol()",
      "{}",
      "[]",
      "() => {}",
      "Object.create(null)",
      "new Proxy({}, {})",
      "new Proxy(new Error('x'), {})",
      "new Proxy({}, new Proxy({}, { get() { throw new Error('y') } }))",
      "Proxy.revocable({}, {}).proxy",
      "(() => { const r = Proxy.revocable({}, {}); r.revoke(); return r.proxy })()",
      "new Error()",
      "new Error('')",
      "new Error('m'.repeat(1e6))",
      "Object.assign(new Error('x'), { name: 5 })",
      "Object.assign(new Error('x'), { message: 5 })",
      "Object.defineProperty(new Error('x'), 'message', { get() { throw 1 } })",
      "Object.defineProperty(new Error('x'), 'name', { get() { throw 1 } })",
      "Object.defineProperty(new Error('x'), 'stack', { get() { throw 1 } })",
      "Object.defineProperty(new Error('x'), 'cause', { get() { throw 1 } })",
      "Object.assign(new Error('x'), { stack: 5 })",
      "Object.setPrototypeOf(new Error('x'), null)",
      "Object.setPrototypeOf(new Error('x'), new Proxy({}, { get() { throw 1 } }))",
      "new AggregateError(new Array(1e5).fill(1), 'many')",
      "new AggregateError([new Error('a'), 1])",
      "new SuppressedError(1, 2, 'x')",
      "Promise.reject(1)",
      "globalThis",
      "new Uint8Array(1e6)",
      "new Map([[1, 2]])",
      "new Date(NaN)",
      "class { static x = 1 }",
      "document = 1",
      "(() => { const e = new Error('x'); e.cause = e; return e })()",
      "(() => { let e = new Error('0'); for (let i = 0; i < 1e4; i++) e = new Error('n', { cause: e }); return e })()",
      "(() => { const a = new Error('a'), b = new Error('b'); a.cause = b; b.cause = a; return a })()",
      "{ message: 'like an error', name: 'Fake', stack: 'x', code: 'E_DENIED' }",
      "{ message: { toString() { throw 1 } } }",
      "Object.assign(new Error('\\u001b[31m\\n\\r'), { name: '\\u0000' })",
      "(() => { let a = []; for (let i = 0; i < 1e4; i++) a = [a]; return a })()",
      "{ get a() { throw 1 }, b: { get c() { throw 2 } } }",
  };
  for (const std::string& value : thrown) {
    for (const std::string& program :
         {"throw (" + value + ");", "export default async () => { throw (" + value + "); }"}) {
      Verdict verdict = attack(program, memoryLimit(64));
      EXPECT_TRUE(verdict.code() == "E_EXCEPTION" || verdict.code() == "E_DENIED" || verdict.code() == "E_REJECTION")
          << program << verdict;
      EXPECT_LT(verdict.document.size(), 400'000U) << program;
    }
  }
}

TEST_F(HostileCode, Case13ErrorsThatNeverEnd) {
  for (const char* value : {"Object.defineProperty(new Error('x'), 'message', { get() { for (;;); } })",
                            "Object.defineProperty(new Error('x'), 'cause', { get() { for (;;); } })",
                            "new Proxy(function () {}, { get() { for (;;); } })",
                            "Object.setPrototypeOf({}, new Proxy({}, { get() { for (;;); } }))"}) {
    Verdict verdict = attack("throw " + std::string(value), cpuLimit(milliseconds(60)));
    EXPECT_TRUE(verdict.code() == "E_CPU" || verdict.code() == "E_EXCEPTION") << value << verdict;
  }
}

// A long chain of long messages is cut, whatever the output limit is.
TEST_F(HostileCode, Case13LongChains) {
  for (uint64_t outputBytes : {uint64_t{16}, uint64_t{1024}, uint64_t{1} << 20U}) {
    Limits limits;
    limits.outputBytes = outputBytes;
    std::string deep = "function " + std::string(900, 'f') + "(n) { if (n > 0) return " + std::string(900, 'f') +
                       "(n - 1); let e = new Error('m'.repeat(20000)); "
                       "for (let i = 0; i < 20; i++) e = Object.assign(new Error('m'.repeat(20000), { cause: e }), { "
                       "name: 'n'.repeat(5000) }); throw e; } ";
    Verdict verdict = attack(deep + std::string(900, 'f') + "(40)", limits);
    EXPECT_EQ(verdict.code(), "E_EXCEPTION") << outputBytes << verdict;
  }
}

// ---- 14: rejections ----

TEST_F(HostileCode, Case14Rejections) {
  EXPECT_CODE("Promise.reject(new Error('mine')); export default () => 1", Limits{}, "E_REJECTION");
  EXPECT_RESULT("const p = Promise.reject(1); p.catch(() => {}); export default () => 1", "1");
  EXPECT_RESULT("const p = Promise.reject(1); queueMicrotask(() => p.catch(() => {})); export default () => 2", "2");
  EXPECT_CODE("export default async () => { Promise.reject(new Error('stray')); return 1 }", Limits{}, "E_REJECTION");
  EXPECT_CODE("for (let i = 0; i < 5000; i++) Promise.reject(i); export default () => 1", Limits{}, "E_REJECTION");
  EXPECT_CODE(
      "setTimeout(() => { Promise.reject(new Error('in a timer')) }, 1); export default () => new Promise((r) => "
      "setTimeout(r, 20))",
      Limits{}, "E_REJECTION");
  EXPECT_CODE(
      "setTimeout(() => { throw new Error('in a timer') }, 1); export default () => new Promise((r) => setTimeout(r, "
      "20))",
      Limits{}, "E_EXCEPTION");
  EXPECT_CODE(
      "queueMicrotask(() => { throw new Error('micro') }); export default () => new Promise((r) => setTimeout(r, 20))",
      Limits{}, "E_EXCEPTION");
}

// What comes after the reply never happens, and never shows.
TEST_F(HostileCode, Case14AfterTheEnd) {
  Verdict verdict = attack(
      "export default () => { setTimeout(() => { console.log('late'); Promise.reject(1); throw 2 }, 0); "
      "queueMicrotask(() => {}); return 5 }");
  EXPECT_EQ(verdict.result(), "5") << verdict;
  EXPECT_TRUE(verdict.logs.empty());
  EXPECT_EQ(verdict.outcome.warnings.size(), 1U);
}

// ---- 15: residue ----

TEST_F(HostileCode, Case15NothingStays) {
  std::string spoil = R"js(
globalThis.left = 1; Object.prototype.left = 2; Array.prototype.push = () => 0; Math.random = () => 4; Symbol.for("left"); /(l)eft/.exec("left"); Date.now = () => 0;
console.log = () => {}; JSON.stringify = () => "0"; Intl.DateTimeFormat = null; console.count("left"); console.time("left"); console.group("left"); String.prototype.toString = () => "x";
setInterval(() => {}, 1); globalThis.constructor = null; Error.stackTraceLimit = 0; Error.prepareStackTrace = () => "x"; RegExp.prototype.exec = null; delete globalThis.Map; Function.prototype.call = null;
export default () => 1;
)js";
  std::string look = R"js(
export default () => {
  console.count("left");
  console.log("unindented");
  return { left: typeof left, inherited: ({}).left, push: [].push(1), random: Math.random() === 4, statics: RegExp.$1, time: Date.now() > 1e12, map: typeof Map, limit: Error.stackTraceLimit,
    prepare: typeof Error.prepareStackTrace, text: String("a"), intl: typeof Intl.DateTimeFormat, locale: new Intl.NumberFormat().resolvedOptions().locale };
}
)js";
  for (size_t spares : {size_t{0}, size_t{2}}) {
    SchedulerOptions with = options();
    with.spares = spares;
    restart(with);
    std::string before = attack(look).result();
    for (int i = 0; i < 5; ++i) {
      Verdict spoilt = attack(spoil);
      EXPECT_TRUE(spoilt.code().empty() || spoilt.code() == "E_UNSETTLED") << spoilt;
      Verdict verdict = attack(look);
      EXPECT_EQ(verdict.result(), before) << verdict;
      ASSERT_EQ(verdict.logs.size(), 2U) << verdict;
      EXPECT_EQ(verdict.logs[0].argsJson, "[\"left: 1\"]");
      EXPECT_EQ(verdict.logs[1].argsJson, "[\"unindented\"]");
    }
  }
}

// ---- 19: finalisers ----

TEST_F(HostileCode, Case19Finalisers) {
  std::string garbage =
      "const churn = () => { let a = []; for (let i = 0; i < 2e5; i++) a.push({ i }); return a.length }; ";
  // They run on the program's own time.
  EXPECT_CODE("const r = new FinalizationRegistry(() => { for (;;); }); " + garbage +
                  "for (let i = 0; i < 1000; i++) r.register({}, i); export default async () => { for (;;) { churn(); "
                  "await new Promise((f) => setTimeout(f, 0)) } }",
              cpuLimit(milliseconds(800)), "E_CPU");
  // One that throws is an error of the program, or nothing; never a crash.
  Verdict thrown = attack("const r = new FinalizationRegistry(() => { throw new Error('finaliser') }); " + garbage +
                              "for (let i = 0; i < 1000; i++) r.register({}, i); export default async () => { for (let "
                              "i = 0; i < 20; i++) { churn(); await new Promise((f) => setTimeout(f, 0)) } return 1 }",
                          memoryLimit(64));
  EXPECT_TRUE(thrown.code() == "E_EXCEPTION" || thrown.code().empty()) << thrown;
  // Rejections, timers and microtasks from inside one.
  Verdict inside = attack(
      "const r = new FinalizationRegistry(() => { queueMicrotask(() => {}); setTimeout(() => {}, 0); console.log('f'); "
      "Promise.reject(1).catch(() => {}) }); " +
          garbage +
          "for (let i = 0; i < 100; i++) r.register({}, i); export default async () => { for (let i = 0; i < 20; i++) "
          "{ churn(); await new Promise((f) => setTimeout(f, 0)) } return 1 }",
      memoryLimit(64));
  EXPECT_EQ(inside.code(), "") << inside;
  // Nothing runs after the end.
  Verdict after = attack(
      "const r = new FinalizationRegistry(() => console.log('after')); for (let i = 0; i < 1000; i++) r.register({}, "
      "i); export default () => 1",
      memoryLimit(64));
  EXPECT_TRUE(after.logs.empty()) << after;
  EXPECT_EQ(attack("export default () => { const w = new WeakRef({}); return typeof w.deref() }").result(),
            "\"object\"");
}

}  // namespace
}  // namespace mayfly::abuse
