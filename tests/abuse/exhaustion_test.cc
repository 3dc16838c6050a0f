// SPDX-License-Identifier: Apache-2.0
// Security.md cases 21 to 37 and 40: programs that use up time, memory or space. Each is stopped by name, and the
// neighbours' runs that attack() makes beside it succeed.

#include <csignal>

#include "abuse/sandbox_fixture.h"

namespace mayfly::abuse {
namespace {

using std::chrono::milliseconds;

// What a limit may be exceeded by on a busy machine: the kernel's timers count process time, so load does not matter.
constexpr milliseconds kOvershoot{500};

class Exhaustion : public SandboxTest {
 protected:
  void expectCpu(const std::string& program, milliseconds cpu = milliseconds(60), uint64_t megabytes = 64) {
    Limits limits = memoryLimit(megabytes, cpu);
    Verdict verdict = attack(program, limits);
    EXPECT_EQ(verdict.code(), "E_CPU") << program << "\n" << verdict;
    EXPECT_LE(verdict.cpu(), cpu + kOvershoot) << program << "\n" << verdict;
    EXPECT_EQ(verdict.outcome.error ? verdict.outcome.error->limit : "", "cpuMs");
  }

  void expectOneOf(const std::string& program, const Limits& limits, const std::vector<std::string>& codes) {
    Verdict verdict = attack(program, limits);
    EXPECT_NE(std::find(codes.begin(), codes.end(), verdict.code()), codes.end()) << program << "\n" << verdict;
  }
};

// ---- 21 to 25: time ----

TEST_F(Exhaustion, Case21LoopsEverywhere) {
  for (const char* program : {
           "for (;;);",
           "export default () => { for (;;); }",
           "export default async () => { for (;;) await 0; }",
           "await 0; for (;;);",
           "({ get x() { for (;;); } }).x",
           "try { throw 1 } finally { for (;;); }",
           "function* g() { try { yield 1 } finally { for (;;); } } for (const x of g()) break;",
           "async function* g() { for (;;) yield 1; } export default async () => { for await (const x of g()); }",
           "class A { static x = (() => { for (;;); })() }",
           "export default { toJSON() { for (;;); } }",
           "export default () => ({ toJSON() { for (;;); } })",
           "export default () => new Proxy({}, { ownKeys() { for (;;); } })",
           "export default () => ({ then() { for (;;); } })",
           "setTimeout(() => { for (;;); }, 0); export default () => new Promise(() => {})",
           "queueMicrotask(() => { for (;;); }); export default () => 1",
           "Promise.resolve().then(() => { for (;;); }); export default () => 1",
           "Promise.reject(new Proxy(function () {}, { get() { for (;;); } })); for (;;);",
           "console.count({ toString() { for (;;); } })",
           "structuredClone({ get x() { for (;;); } })",
           "new TextDecoder('utf-8', { get fatal() { for (;;); } })",
           "[3, 2, 1].sort(() => { for (;;); })",
           "'x'.replace(/x/, () => { for (;;); })",
           "Array.from({ length: 1 }, () => { for (;;); })",
           "new Map([[1, 2]]).forEach(() => { for (;;); })",
           "`${{ toString() { for (;;); } }}`",
           "import('./attack.js').then(() => { for (;;); }); export default () => new Promise((r) => setTimeout(r, "
           "1e6))",
           "Error.prepareStackTrace = () => { for (;;); }; new Error('x').stack",
           "throw { toString() { return 'x' }, get message() { for (;;); } }",
       }) {
    expectCpu(program);
  }
}

// Builtins that V8 does not interrupt: only the kernel's timer ends them.
TEST_F(Exhaustion, Case22BuiltinsThatCannotBeInterrupted) {
  const std::string huge = "{ length: 2 ** 53 - 1 }";
  for (const char* call : {"indexOf.call(X, 1)", "includes.call(X, 1)", "lastIndexOf.call(X, 1)", "reverse.call(X)",
                           "fill.call(X, 1)", "unshift.call({ length: 2 ** 53 - 2 }, 1)", "copyWithin.call(X, 1, 0)",
                           "at.call(X, 0); for (;;) [].every.call(X, () => true)", "findLast.call(X, () => false)"}) {
    std::string program = std::string("Array.prototype.") + call;
    program.replace(program.find("X") == std::string::npos ? program.size() : program.find("X"),
                    program.find("X") == std::string::npos ? 0 : 1, huge);
    if (size_t again = program.find("(X"); again != std::string::npos) program.replace(again + 1, 1, huge);
    expectCpu(program, milliseconds(60), 256);
  }
}

TEST_F(Exhaustion, Case22BuiltinsOnLargeData) {
  for (const char* program : {
           "new Float64Array(3e7).fill(1).map((_, i) => -i).sort()",
           "const a = new Float64Array(3e7); for (let i = 0; i < a.length; i++) a[i] = -i; for (;;) a.toSorted()",
           "const a = new Uint8Array(3e8); for (;;) a.fill(1)",
           "const a = new Uint8Array(3e8); for (;;) a.indexOf(1)",
           "const s = 'ab'.repeat(2e7); for (;;) s.replace(/a/g, 'xx')",
           "const s = 'ab'.repeat(2e7); for (;;) s.split('')",
           "const s = '\\u1e9b\\u0323'.repeat(1e7); for (;;) s.normalize('NFKD')",
           "const s = '[' + '1,'.repeat(3e7) + '1]'; for (;;) JSON.parse(s)",
           "const o = {}; for (let i = 0; i < 5e6; i++) o['k' + i] = i; for (;;) Object.keys(o).sort()",
           "const a = [1, , 2]; a.length = 2 ** 32 - 1; for (;;) a.sort()",
           "const a = new Array(5e7).fill(0); for (;;) a.join()",
           "const s = 'x'.repeat(2e8); for (;;) s.toUpperCase()",
           "let n = 3n; for (;;) n = n * n",
           "for (;;) (2n ** 500000n).toString()",
           "for (;;) structuredClone(new Array(1e6).fill({ a: 1 }))",
           "const t = 'x'.repeat(1e8); const e = new TextEncoder(); for (;;) e.encode(t)",
           "for (;;) console.log(new Array(1e7).fill(1))",
           "for (;;) new Intl.Segmenter().segment('a'.repeat(1e6)).containing(5e5)",
           "for (;;) [...new Intl.Segmenter('en', { granularity: 'word' }).segment('ab '.repeat(1e5))]",
           "for (;;) 'a'.repeat(1e7).localeCompare('a'.repeat(1e7) + 'b')",
           "const s = new Set(); for (let i = 0; i < 5e6; i++) s.add(i); for (;;) s.union(new Set(s))",
       }) {
    Verdict verdict = attack(program, memoryLimit(1024, milliseconds(250)));
    // A few need more memory than time.
    EXPECT_TRUE(verdict.code() == "E_CPU" || verdict.code() == "E_MEM" ||
                verdict.message().find("BigInt") != std::string::npos)
        << program << "\n"
        << verdict;
    EXPECT_LE(verdict.cpu(), milliseconds(250) + kOvershoot) << program << "\n" << verdict;
  }
}

TEST_F(Exhaustion, Case23RegularExpressions) {
  for (const char* program : {
           "/(a+)+$/.test('a'.repeat(40) + 'b')",
           "/(a|aa)+$/.test('a'.repeat(60) + 'b')",
           "/^(([a-z])+.)+[A-Z]([a-z])+$/.test('a'.repeat(60))",
           "/(x+x+)+y/.test('x'.repeat(60))",
           "/(?<=(a+)+)b/.test('a'.repeat(5000) + 'c'); for (;;) /(?<=(a+)+)b$/.test('a'.repeat(50) + 'c')",
           "/(.*)*(.*)*(.*)*x/.test('y'.repeat(500))",
           "/^(?:a?){50}a{50}$/.test('a'.repeat(49)); for (;;) /(a*)*b/.test('a'.repeat(60))",
           "/(\\w+\\s*)+:/v.test('word '.repeat(60))",
           "'a'.repeat(1e5).match(/(a*)*$/g); for (;;) /(a*)*c/.test('a'.repeat(40))",
           "const r = /(a+)+b/y; for (;;) { r.lastIndex = 0; r.test('a'.repeat(40)) }",
       }) {
    expectCpu(program);
  }
}

TEST_F(Exhaustion, Case23PatternsThatAreTooLarge) {
  for (const char* program : {
           "new RegExp('a'.repeat(1e7))",
           "new RegExp('(?:' + 'a|'.repeat(1e6) + 'b)').test('c')",
           "new RegExp('(' .repeat(1e5) + ')'.repeat(1e5))",
           "new RegExp('[^'.repeat(1e5))",
           "new RegExp('a{1000}'.repeat(2000)).test('a')",
           "new RegExp('(?:a{1000}){1000}{1000}').test('a')",
           "new RegExp('((a{100}){100}){100}').test('a'.repeat(1000))",
           "new RegExp('(?<n>a)'.repeat(1e4))",
           "new RegExp('\\\\p{L}'.repeat(1e4), 'u').test('x')",
           "new RegExp('(?=' .repeat(2e4) + ')'.repeat(2e4)).test('x')",
           "new RegExp('[' + 'a-z'.repeat(1e5) + ']', 'v').test('x')",
       }) {
    expectOneOf(program, memoryLimit(128, milliseconds(500)), {"", "E_EXCEPTION", "E_CPU", "E_MEM"});
  }
}

TEST_F(Exhaustion, Case24MicrotaskStorms) {
  for (const char* program : {
           "const f = () => queueMicrotask(f); f(); export default () => new Promise(() => {})",
           "const f = () => Promise.resolve().then(f); f(); export default () => 1",
           "const t = { then(resolve) { resolve(t) } }; export default () => t",
           "const t = { then(resolve) { Promise.resolve().then(() => resolve(t)) } }; export default async () => t",
           "export default async () => { for (;;) await null; }",
           "const f = async () => { await 0; f(); f() }; f(); export default () => new Promise(() => {})",
           "const f = () => { queueMicrotask(f); queueMicrotask(f) }; f(); export default () => 1",
           "export default () => { const f = () => Promise.reject(1).catch(f); return f() }",
       }) {
    expectOneOf(program, memoryLimit(64, milliseconds(60)), {"E_CPU", "E_MEM"});
  }
}

TEST_F(Exhaustion, Case25TerminationIsNotSwallowed) {
  for (const char* program : {
           "for (;;) { try { for (;;); } catch {} finally { for (;;); } }",
           "const f = () => { try { for (;;); } finally { f() } }; f()",
           "export default async () => { for (;;) { try { for (;;) await 0 } catch {} finally { console.log('still "
           "here') } } }",
           "for (;;) { try { structuredClone({ get x() { for (;;); } }) } catch { } }",
           "for (;;) { try { [1, 2].sort(() => { for (;;); }) } catch { } }",
           "const p = new Proxy(function () {}, { apply() { for (;;); }, get() { for (;;); } }); for (;;) { try { p() "
           "} catch { } }",
       }) {
    expectCpu(program);
  }
  // Not one statement runs after the stop.
  Verdict verdict = attack(
      "try { for (;;); } catch { console.log('caught') } finally { console.log('finally') } console.log('after')",
      cpuLimit(milliseconds(60)));
  EXPECT_EQ(verdict.code(), "E_CPU");
  EXPECT_TRUE(verdict.logs.empty()) << verdict;
}

TEST_F(Exhaustion, Case21WallClock) {
  for (const char* program :
       {"export default () => new Promise((r) => setTimeout(r, 1e9))", "await new Promise((r) => setTimeout(r, 1e9))",
        "setInterval(() => {}, 50); export default () => new Promise(() => {})"}) {
    Verdict verdict = attack(program, wallLimit(milliseconds(300)));
    EXPECT_EQ(verdict.code(), "E_WALL") << program << verdict;
    EXPECT_EQ(verdict.outcome.error->limit, "wallMs");
  }
}

// ---- 26: timers ----

TEST_F(Exhaustion, Case26TimerFloods) {
  EXPECT_RESULT(
      "let n = 0; try { for (;;) { setTimeout(() => {}, 1e6); n++ } } catch (error) { n += ' ' + error.name } n",
      "\"10000 RangeError\"");
  EXPECT_RESULT(
      "let n = 0; try { for (;;) { setInterval(() => {}, 1e6); n++ } } catch (error) { n += ' ' + error.name } n",
      "\"10000 RangeError\"");
  expectOneOf("setInterval(() => {}, 0); export default () => new Promise(() => {})", wallLimit(milliseconds(300)),
              {"E_WALL", "E_CPU"});
  expectOneOf("const f = () => { setTimeout(f, 0); setTimeout(f, 0) }; f(); export default () => new Promise(() => {})",
              memoryLimit(64, milliseconds(500)), {"E_CPU", "E_EXCEPTION"});
  EXPECT_RESULT("const ids = []; for (let i = 0; i < 2e4; i++) { clearTimeout(setTimeout(() => {}, i)) } 'fine'",
                "\"fine\"");
}

TEST_F(Exhaustion, Case26OddDelays) {
  EXPECT_RESULT(R"js(
export default async () => {
  const fired = [];
  for (const delay of [-1, -Infinity, NaN, 0, 0.4, "5", null, undefined, 2 ** 31, 2 ** 53, Infinity, 1e308, {}, [], true]) await new Promise((resolve) => setTimeout(() => { fired.push(1); resolve(); }, delay));
  for (const id of [-1, 0, NaN, 2 ** 53, "x", {}, null, Infinity, 1.5, true]) { clearTimeout(id); clearInterval(id); }
  return fired.length;
}
)js",
                "15");
}

TEST_F(Exhaustion, Case26ClearedWhileItFires) {
  EXPECT_RESULT(R"js(
export default async () => {
  const seen = [];
  const a = setTimeout(() => { seen.push("a"); clearTimeout(a); clearTimeout(b); setTimeout(() => seen.push("c"), 0); }, 1);
  const b = setTimeout(() => seen.push("b"), 1);
  const i = setInterval(() => { seen.push("i"); clearInterval(i); clearInterval(i); }, 2);
  await new Promise((resolve) => setTimeout(resolve, 40));
  return seen.join("");
}
)js",
                "\"aci\"");
}

// ---- 27 to 32: memory ----

TEST_F(Exhaustion, Case27HeapGrowth) {
  for (const char* program : {
           "const a = []; for (;;) a.push({ x: a.length })",
           "const a = []; for (;;) a.push(() => a)",
           "const m = new Map(); for (let i = 0;; i++) m.set(i, { i })",
           "const m = new WeakMap(), k = []; for (;;) { const o = {}; k.push(o); m.set(o, [1, 2, 3]) }",
           "let s = ''; for (let i = 0;; i++) { s += i + 'xxxxxxxxxxxxxxxxxxxxxx'; if (i % 1e5 === 0) s.charCodeAt(5) "
           "}",
           "const a = []; for (let i = 0;; i++) a.push('unique' + i)",
           "const a = []; for (let i = 0;; i++) a.push(Symbol.for('s' + i))",
           "const o = {}; for (let i = 0;; i++) o['property' + i] = i",
           "const a = []; for (let i = 0;; i++) a.push(i + 0.5)",
           "const a = []; for (;;) a.push(10n ** 1000n)",
           "const a = []; for (;;) a.push(new Error('x'))",
           "const a = []; for (;;) a.push(/x/g, new Date(), new Intl.NumberFormat())",
           "const a = []; export default async () => { for (;;) { a.push(new Array(1000).fill(a.length)); await 0 } }",
           "const a = []; for (;;) a.push(new Promise(() => {}))",
           "const f = (p) => p.then(() => f(p.then(() => new Array(1e4)))); f(Promise.resolve(new Array(1e4))); const "
           "a = []; for (;;) a.push([a])",
           "let a = []; for (;;) a = [a, new Array(100)]",
           "const a = []; for (;;) a.push(function* () { yield 1 }())",
           "const a = []; for (;;) a.push(structuredClone({ a: new Array(1000).fill('x') }))",
           "class A { constructor() { for (let i = 0; i < 100; i++) this['f' + i] = i } } const a = []; for (;;) "
           "a.push(new A())",
       }) {
    EXPECT_CODE(program, memoryLimit(64, std::chrono::seconds(20)), "E_MEM");
  }
}

TEST_F(Exhaustion, Case27LogsBeforeTheEndArrive) {
  Verdict verdict =
      attack("console.log('before'); const a = []; for (;;) a.push({})", memoryLimit(64, std::chrono::seconds(20)));
  EXPECT_EQ(verdict.code(), "E_MEM");
  ASSERT_EQ(verdict.logs.size(), 1U) << verdict;
  EXPECT_EQ(verdict.outcome.error->limit, "memoryMb");
}

TEST_F(Exhaustion, Case28OneHugeAllocation) {
  for (const char* program : {
           "Math.max(...'x'.repeat(5e8))",
           "[...'x'.repeat(5e8)]",
           "Array(1e9).fill(1)",
           "new Array(2 ** 32 - 1).fill(0)",
           "Array.from({ length: 1e9 })",
           "const a = []; for (;;) a.push('x'.repeat(2 ** 29 - 24).charCodeAt(5), ('y'.repeat(2 ** 28) + "
           "a.length).split('').length)",
           "JSON.stringify('\\u0000'.repeat(1e8))",
           "'x'.repeat(2 ** 28).padEnd(2 ** 29 - 30, 'ab').replaceAll('a', 'b').length",
           "'x'.repeat(1e8).split('')",
           "new TextEncoder().encode('\\u{1f600}'.repeat(1e8))",
           "'ab'.repeat(1e8).match(/a/g)",
           "Object.entries(new Uint8Array(6e7))",
           "Object.keys('x'.repeat(1e8))",
           "String.raw({ raw: 'x'.repeat(1e8) })",
           "structuredClone('x'.repeat(2 ** 28))",
           "new Function.prototype.constructor(...new Array(1e6).fill('a'))",
           "const f = (...a) => a.length; f(...new Array(1e8))",
           "Reflect.apply(Math.max, null, { length: 1e9 })",
           "new Set('x'.repeat(1e8).split('').map((_, i) => i))",
           "(2n ** (2n ** 29n)).toString().length",
           "JSON.parse('[' + '[],'.repeat(1e7) + '1]')",
       }) {
    expectOneOf(program, memoryLimit(64, std::chrono::seconds(20)), {"E_MEM", "E_EXCEPTION"});
  }
  // Above all: a full heap is "memory", not "crashed".
  EXPECT_CODE("Array(1e9).fill(1)", memoryLimit(64, std::chrono::seconds(20)), "E_MEM");
}

TEST_F(Exhaustion, Case29ArrayBuffers) {
  for (const char* program : {
           "const a = []; for (;;) a.push(new ArrayBuffer(1 << 20))",
           "const a = []; for (;;) a.push(new Uint8Array(1 << 20).fill(1))",
           "new ArrayBuffer(2 ** 40)",
           "new Uint8Array(2 ** 33)",
           "const a = []; for (;;) a.push(new ArrayBuffer(64))",
           "const a = []; for (;;) a.push(new Uint8Array(64).fill(1))",
           "const a = []; for (;;) a.push(new ArrayBuffer(0))",
           "const a = []; for (;;) a.push(new Uint8Array(4096))",
           "const b = new ArrayBuffer(1 << 20), a = []; for (;;) a.push(b.slice(0))",
           "const a = []; for (;;) a.push(new ArrayBuffer(1 << 16).transfer(1 << 20))",
           "const a = []; for (;;) a.push(structuredClone(new ArrayBuffer(1 << 20)))",
           "const a = [], t = 'x'.repeat(1 << 20), e = new TextEncoder(); for (;;) a.push(e.encode(t))",
           "const a = []; for (;;) a.push(Uint8Array.fromBase64('A'.repeat(1 << 20)))",
           "const a = []; for (;;) { try { for (;;) a.push(new ArrayBuffer(1 << 20)) } catch { a.push({}) } }",
       }) {
    expectOneOf(program, memoryLimit(64, std::chrono::seconds(20)), {"E_MEM", "E_EXCEPTION"});
  }
  EXPECT_RESULT("try { new ArrayBuffer(1 << 30) } catch (error) { error.name }", "\"RangeError\"");
  EXPECT_RESULT(
      "let b = new ArrayBuffer(40 << 20); b = null; for (let i = 0; i < 50; i++) { new ArrayBuffer(10 << 20) } "
      "'collected'",
      "\"collected\"");
}

TEST_F(Exhaustion, Case30ResizableBuffers) {
  for (const char* program : {
           "const a = []; for (let i = 0; i < 1000; i++) a.push(new ArrayBuffer(0, { maxByteLength: 2 ** 30 })); for "
           "(const b of a) b.resize(2 ** 30)",
           "const b = new ArrayBuffer(0, { maxByteLength: 2 ** 31 }); for (let n = 0;; n += 1 << 20) b.resize(n)",
           "const a = []; for (;;) { const b = new ArrayBuffer(1 << 20, { maxByteLength: 1 << 24 }); new "
           "Uint8Array(b).fill(1); a.push(b) }",
           "const b = new ArrayBuffer(0, { maxByteLength: 2 ** 30 }); for (;;) { b.resize(60 << 20); new "
           "Uint8Array(b).fill(1); b.resize(0); const c = b.slice(0); }",
           "const a = []; for (;;) a.push(new ArrayBuffer(1, { maxByteLength: 2 ** 34 }))",
       }) {
    expectOneOf(program, memoryLimit(64, milliseconds(2000)), {"E_MEM", "E_EXCEPTION", "E_CPU"});
  }
  Verdict verdict = attack(
      "const b = new ArrayBuffer(0, { maxByteLength: 2 ** 31 }); for (let n = 0;; n += 1 << 20) { b.resize(n); new "
      "Uint8Array(b).fill(1, n - (1 << 20)) }",
      memoryLimit(64, std::chrono::seconds(20)));
  EXPECT_LE(verdict.outcome.usage.peakMemoryBytes, 160U << 20U) << verdict;
}

TEST_F(Exhaustion, Case31WebAssemblyMemories) {
  for (const char* program : {
           "const a = []; for (let i = 0; i < 500; i++) a.push(new WebAssembly.Memory({ initial: 1, maximum: 65536 "
           "})); for (const m of a) m.grow(1000)",
           "const m = new WebAssembly.Memory({ initial: 1, maximum: 65536 }); for (;;) { m.grow(100); new "
           "Uint8Array(m.buffer).fill(1) }",
           "const a = []; for (;;) a.push(new WebAssembly.Memory({ initial: 65536, maximum: 65536 }))",
           "const a = []; for (;;) a.push(new WebAssembly.Table({ initial: 1e7, element: 'externref' }))",
           "const t = new WebAssembly.Table({ initial: 1, element: 'externref' }); for (;;) t.grow(1e6, {})",
           "const a = []; for (;;) a.push(new WebAssembly.Global({ value: 'i64', mutable: true }, 1n))",
           "const a = []; for (;;) { const m = new WebAssembly.Memory({ initial: 16, maximum: 65536, shared: true }); "
           "new Uint8Array(m.buffer).fill(1); a.push(m) }",
       }) {
    std::string guarded = std::string("if (typeof WebAssembly === 'undefined') throw new Error('absent'); ") + program;
    Verdict verdict = attack(guarded, memoryLimit(64, std::chrono::seconds(20)));
    EXPECT_TRUE(verdict.code() == "E_MEM" || verdict.code() == "E_EXCEPTION") << program << "\n" << verdict;
    EXPECT_LE(verdict.outcome.usage.peakMemoryBytes, 200U << 20U) << program << "\n" << verdict;
  }
}

// Compiling is off by policy, so there is no bomb to build; what is left takes bytes and refuses.
TEST_F(Exhaustion, Case32WebAssemblyBytes) {
  for (const char* program :
       {"WebAssembly.validate(new Uint8Array(5e7))", "new WebAssembly.Module(new Uint8Array(5e7))",
        "export default () => WebAssembly.compile(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]))",
        "for (;;) WebAssembly.validate(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]))"}) {
    expectOneOf(program, memoryLimit(128, milliseconds(300)), {"", "E_EXCEPTION", "E_CPU"});
  }
}

// ---- 33: depth ----

TEST_F(Exhaustion, Case33DeepRecursion) {
  for (const char* program : {
           "const f = (n) => f(n + 1) + 1; f(0)",
           "const f = async () => { await f() }; await f()",
           "class A { get x() { return this.x } } new A().x",
           "const a = []; a[0] = a; a.flat(Infinity)",
           "let a = []; for (let i = 0; i < 1e5; i++) a = [a]; a.flat(Infinity)",
           "JSON.parse('['.repeat(1e6) + ']'.repeat(1e6))",
           "JSON.parse('{\"a\":'.repeat(1e6) + '1' + '}'.repeat(1e6))",
           "let a = 1; for (let i = 0; i < 1e6; i++) a = [a]; JSON.stringify(a)",
           "let a = 1; for (let i = 0; i < 1e6; i++) a = [a]; structuredClone(a)",
           "let a = 1; for (let i = 0; i < 1e5; i++) a = { a }; structuredClone(a)",
           "let a = 1; for (let i = 0; i < 1e5; i++) a = new Map([[a, a]]); structuredClone(a)",
           "let p = {}; for (let i = 0; i < 2e5; i++) p = new Proxy(p, {}); p.x",
           "let p = () => {}; for (let i = 0; i < 2e5; i++) p = new Proxy(p, {}); p()",
           "let f = () => {}; for (let i = 0; i < 2e5; i++) f = f.bind(null); f()",
           "let o = {}; for (let i = 0; i < 2e5; i++) o = Object.create(o); o.missing; o instanceof Array",
           "let e = new Error('0'); for (let i = 0; i < 1e5; i++) e = new Error('x', { cause: e }); throw e",
           "const s = { toString() { return `${s}` } }; `${s}`",
           "[3, 2, 1].sort(function f(a, b) { return [a, b].sort(f)[0] })",
           "'x'.replace(/x/, function f() { return 'x'.replace(/x/, f) })",
           "new RegExp('('.repeat(1e5) + 'a' + ')'.repeat(1e5)).test('a')",
           "new RegExp('(?:'.repeat(2e4) + 'a' + ')*'.repeat(2e4)).test('b')",
           "let s = 'a'; for (let i = 0; i < 1e6; i++) s = 'b' + s; s.length; s.charCodeAt(0)",
           "let s = 'a'; for (let i = 0; i < 1e6; i++) s = (i % 2 ? 'b' + s : s + 'b'); s === 'x'",
           "const f = () => { try { f() } catch { f() } }; f()",
           "const f = () => { try { f() } finally { f() } }; f()",
           "import('./attack.js').then(function f() { return f() }); export default () => new Promise((r) => "
           "setTimeout(r, 10))",
           "const handler = { get(t, k, r) { return Reflect.get(r, k, r) } }; new Proxy({}, handler).x",
           "Object.defineProperty(globalThis, 'x', { get() { return x } }); x",
           "class A extends (class extends Object {}) { constructor() { super(); new A() } } new A()",
           "const d = '{'.repeat(0) + 'x=>'.repeat(5000); throw new SyntaxError(d)",
           "let a = []; for (let i = 0; i < 1e5; i++) a = [a]; String(a)",
           "let a = []; for (let i = 0; i < 1e5; i++) a = [a]; console.log(a)",
           "function* g() { yield* g() } [...g()]",
           "let o = null; for (let i = 0; i < 1e6; i++) o = { o }; o = null; const a = []; for (let i = 0; i < 1e6; "
           "i++) a.push({})",
       }) {
    Verdict verdict = attack(program, memoryLimit(256, milliseconds(4000)));
    EXPECT_TRUE(verdict.code().empty() || verdict.code() == "E_EXCEPTION" || verdict.code() == "E_CPU" ||
                verdict.code() == "E_MEM" || verdict.code() == "E_REJECTION")
        << program << "\n"
        << verdict;
  }
}

// Source text that is deep rather than the data.
TEST_F(Exhaustion, Case33DeepSource) {
  auto repeated = [](const std::string& text, size_t count) {
    std::string all;
    for (size_t i = 0; i < count; ++i) all += text;
    return all;
  };
  for (const std::string& program :
       {repeated("(", 100'000) + "1" + repeated(")", 100'000), repeated("[", 100'000) + repeated("]", 100'000),
        repeated("{", 100'000) + repeated("}", 100'000), repeated("!", 100'000) + "1", repeated("x=>", 50'000) + "1",
        "1" + repeated("+1", 200'000), repeated("if(1)", 50'000) + ";",
        repeated("`${", 20'000) + "1" + repeated("}`", 20'000), "a" + repeated(".a", 200'000),
        repeated("async()=>", 50'000) + "1", repeated("class A extends ", 20'000) + "Object{}",
        repeated("new ", 50'000) + "Object", repeated("function f(){", 20'000) + repeated("}", 20'000),
        "1" + repeated("?1:1", 50'000), repeated("a=", 50'000) + "1",
        "[" + repeated("...[", 50'000) + repeated("]", 50'000) + "]", repeated("/*", 100'000),
        repeated("label:", 1) + "for(;;)break label",
        "let " + repeated("[", 20'000) + "a" + repeated("]", 20'000) + "=1"}) {
    Verdict verdict = attack(request(program, memoryLimit(256, milliseconds(4000))));
    EXPECT_TRUE(verdict.code().empty() || verdict.code() == "E_EXCEPTION" || verdict.code() == "E_SYNTAX" ||
                verdict.code() == "E_CPU" || verdict.code() == "E_MEM")
        << program.substr(0, 80) << "\n"
        << verdict;
  }
}

// Our own natives at the very edge of the stack.
TEST_F(Exhaustion, Case33NativesAtTheEdgeOfTheStack) {
  for (const char* call : {"console.log({ a: [1, { b: new Error('x') }] }, new Map([[1, 2]]))",
                           "structuredClone({ a: [new Map([[1, { b: 1 }]])] })",
                           "fetch('x').catch(() => {})",
                           "new TextEncoder().encodeInto('abc', u)",
                           "new TextEncoder().encode('abc')",
                           "new TextDecoder().decode(u)",
                           "new TextDecoder('utf-8', { fatal: true })",
                           "new TextDecoder('no such label')",
                           "setTimeout(() => {}, 1e6)",
                           "clearTimeout(setTimeout(() => {}, 1))",
                           "queueMicrotask(() => {})",
                           "import('./attack.js').catch(() => {})",
                           "import('./nowhere.js').catch(() => {})",
                           "Math.random()",
                           "new Error('x').stack",
                           "console.table([{ a: 1 }])",
                           "console.count('x')",
                           "eval('1')",
                           "structuredClone(() => {})",
                           "structuredClone(u, { transfer: [u.buffer] })",
                           "console.log(new Proxy({}, {}), Symbol('s'), 10n)",
                           "Promise.reject(new Error('x')).catch(() => {})",
                           "JSON.stringify({ a: [1] })"}) {
    std::string program = "const u = new Uint8Array(8); let calls = 0; const f = () => { try { " + std::string(call) +
                          "; calls++ } catch { } try { f() } catch { try { " + call +
                          " } catch { } } }; try { f() } catch { } export default () => calls > 0";
    Limits limits = memoryLimit(256, std::chrono::seconds(20));
    limits.logBytes = 1024;
    Verdict verdict = attack(program, limits);
    EXPECT_TRUE(verdict.result() == "true" || verdict.code() == "E_CPU" || verdict.code() == "E_MEM" ||
                verdict.code() == "E_EXCEPTION")
        << call << "\n"
        << verdict;
  }
}

// ---- 34: results ----

TEST_F(Exhaustion, Case34ResultSizes) {
  Limits limits = memoryLimit(256);
  limits.outputBytes = 1000;
  EXPECT_EQ(attack("export default () => 'x'.repeat(998)", limits).result().size(), 1000U);
  EXPECT_CODE("export default () => 'x'.repeat(999)", limits, "E_OUTPUT");
  EXPECT_CODE("export default () => '\\u00e9'.repeat(500)", limits, "E_OUTPUT");
  EXPECT_CODE("export default () => '\\u00e9'.repeat(499)", limits, "");
  for (const char* program :
       {"export default () => 'x'.repeat(2 ** 29 - 30)", "export default () => new Array(1e6).fill(1)",
        "export default () => Object.fromEntries(Array.from({ length: 1e5 }, (_, i) => ['k' + i, i]))",
        "export default () => { const a = []; a[1e6] = 1; return a }", "export default () => '\\u0000'.repeat(1e6)",
        "export default () => '\\ud800'.repeat(1e6)"}) {
    expectOneOf(program, limits, {"E_OUTPUT", "E_MEM"});
  }
  EXPECT_CODE("export default () => { let a = 1; for (let i = 0; i < 1e5; i++) a = [a]; return a }", memoryLimit(256),
              "E_RESULT");
  EXPECT_CODE("export default () => 10n ** 1000000n", memoryLimit(256), "E_RESULT");
}

TEST_F(Exhaustion, Case34ResultsAreExact) {
  EXPECT_RESULT(
      "export default () => [1e20, -1e19, 1.7976931348623157e308, 5e-324, 123456789012345680000, -0, 0.1, NaN]",
      "[100000000000000000000,-10000000000000000000,1.7976931348623157e+308,5e-324,123456789012345680000,0,0.1,null]");
  EXPECT_RESULT("export default () => ['\\u0000\\u001f\\u007f\\u2028', '\\\"\\\\/']",
                "[\"\\u0000\\u001f\x7f\xe2\x80\xa8\",\"\\\"\\\\/\"]");
  EXPECT_RESULT("let a = 0; for (let i = 0; i < 400; i++) a = [a]; export default () => JSON.stringify(a).length",
                "801");
  Verdict deep = attack("let a = 0; for (let i = 0; i < 400; i++) a = [a]; export default () => a");
  EXPECT_EQ(deep.result().size(), 801U) << deep;
}

TEST_F(Exhaustion, Case34Inputs) {
  RunRequest what = request("export default (input) => [typeof input, input?.length]", memoryLimit(512));
  what.inputJson = "\"" + std::string(40U << 20U, 'x') + "\"";
  EXPECT_EQ(attack(what).result(), "[\"string\",41943040]");
  what.inputJson = std::string(100'000, '[') + std::string(100'000, ']');
  Verdict deep = attack(what);
  EXPECT_TRUE(deep.code() == "E_EXCEPTION" || deep.code().empty()) << deep;
  what.limits = memoryLimit(16);
  what.inputJson = "\"" + std::string(40U << 20U, 'x') + "\"";
  EXPECT_EQ(attack(what).code(), "E_MEM");
}

// ---- 35: logs ----

TEST_F(Exhaustion, Case35LogFloods) {
  Limits limits = memoryLimit(256, milliseconds(500));
  limits.logBytes = 10'000;
  for (const char* program :
       {"for (let i = 0; i < 1e7; i++) console.log(i)",
        "console.log('x'.repeat(5e8)); for (;;) console.log('x'.repeat(1e8))", "for (;;) console.log()",
        "for (;;) console.error({ a: 'x'.repeat(1e6) })", "for (;;) console.table(new Array(1e6).fill('\\u0000'))",
        "for (;;) console.count('x'.repeat(1e5) + Math.random())"}) {
    Verdict verdict = attack(program, limits);
    EXPECT_TRUE(verdict.code() == "E_CPU" || verdict.code() == "E_MEM") << program << verdict;
    EXPECT_TRUE(verdict.outcome.logsTruncated) << program;
    EXPECT_LE(verdict.outcome.usage.logBytes, limits.logBytes + 300) << program;
    EXPECT_NE(verdict.logText().find("log limit reached"), std::string::npos) << program;
  }
}

TEST_F(Exhaustion, Case35LogsAreText) {
  Verdict verdict = attack(R"js(
console.log("\0\x01\x07\x1b[31mred\x1b]52;c;AAAA\x07\x9b31m\r\n\u202e", "%n%s%d%", "\ud800", "\udfff\ud800", "</script>", "\u2028");
console.log({ "\x1b[2J": 1, "__proto__": 2, "\0": 3 });
console.log("a".repeat(16000), "b".repeat(16000), "c".repeat(16000), "\0".repeat(16000));
console.log("\0".repeat(16000), "\0".repeat(16000), "\0".repeat(16000), "\0".repeat(16000), "\0".repeat(16000));
console.log(Symbol("\0".repeat(16000)), Symbol("\0".repeat(16000)), Symbol("\0".repeat(16000)), Symbol("\0".repeat(16000)));
console.log(new RegExp("\0".repeat(16000)), new RegExp("\0".repeat(16000)), new RegExp("\x01".repeat(16000)), new RegExp("\0".repeat(16000)));
console.log(Object.fromEntries(Array.from({ length: 300 }, (_, i) => ["\0".repeat(1000) + i, "\x01".repeat(1000)])));
console.log(new Map(Array.from({ length: 300 }, (_, i) => ["\0".repeat(1000) + i, "\x01".repeat(1000)])), new Error("\0".repeat(20000)));
console.log(...new Array(10000).fill("\0".repeat(100)));
console.log(1e20, -1e19, 1e308, 5e-324, NaN, -0, 10n ** 100n);
export default () => 1;
)js",
                           memoryLimit(256));
  EXPECT_EQ(verdict.code(), "") << verdict;
  EXPECT_EQ(verdict.logs.size(), 10U) << verdict;
  for (const wire::LogRecord& log : verdict.logs) {
    for (unsigned char c : log.argsJson) EXPECT_TRUE(c >= 0x20 && c != 0x7f) << static_cast<int>(c);
    EXPECT_LT(log.argsJson.size(), wire::kMaxLogPayload);
  }
}

TEST_F(Exhaustion, Case35NeighboursLogsAreIntact) {
  Limits limits = memoryLimit(64, milliseconds(400));
  auto flood = sandbox().submit(request("for (;;) console.log('flood'.repeat(1000))", limits));
  auto quiet =
      sandbox().submit(request("export default async () => { for (let i = 0; i < 50; i++) { console.log('line', i); "
                               "await new Promise((r) => setTimeout(r, 2)) } }",
                               memoryLimit(64)));
  ASSERT_TRUE(sandbox().turnUntil([&] { return flood->ended && quiet->ended; }));
  inspect(*flood);
  inspect(*quiet);
  ASSERT_EQ(quiet->logs.size(), 50U);
  for (size_t i = 0; i < 50; ++i) EXPECT_EQ(quiet->logs[i].argsJson, "[\"line\"," + std::to_string(i) + "]");
}

// ---- 36: module graphs ----

TEST_F(Exhaustion, Case36LargeGraphs) {
  RunRequest wide = request("", memoryLimit(512, std::chrono::seconds(20)));
  std::string imports;
  for (int i = 0; i < 5000; ++i) {
    imports += "import './m" + std::to_string(i) + ".js';\n";
    wide.modules.push_back(
        {.name = "m" + std::to_string(i) + ".js", .source = "globalThis.n = (globalThis.n ?? 0) + 1"});
  }
  wide.modules[0].source = imports + "export default () => globalThis.n";
  EXPECT_EQ(attack(wide).result(), "5000");

  RunRequest chain =
      request("import { v } from './c0.js'; export default () => v", memoryLimit(512, std::chrono::seconds(20)));
  for (int i = 0; i < 9000; ++i) {
    chain.modules.push_back(
        {.name = "c" + std::to_string(i) + ".js",
         .source = i + 1 < 9000 ? "export { v } from './c" + std::to_string(i + 1) + ".js'" : "export const v = 7"});
  }
  Verdict deep = attack(chain);
  EXPECT_TRUE(deep.result() == "7" || deep.code() == "E_SYNTAX" || deep.code() == "E_EXCEPTION" ||
              deep.code() == "E_LIMIT")
      << deep;

  RunRequest diamond = request("import * as n from './d0.js'; export default () => Object.keys(n).length",
                               memoryLimit(256, milliseconds(2000)));
  for (int i = 0; i < 60; ++i) {
    std::string next = std::to_string(i + 1);
    diamond.modules.push_back({.name = "d" + std::to_string(i) + ".js",
                               .source = i + 1 < 60 ? "export * from './d" + next + ".js'; export * from './e" + next +
                                                          ".js'; export const d" + std::to_string(i) + " = 1"
                                                    : "export const d = 1"});
    diamond.modules.push_back({.name = "e" + std::to_string(i) + ".js",
                               .source = i + 1 < 60 ? "export * from './d" + next + ".js'; export * from './e" + next +
                                                          ".js'; export const e" + std::to_string(i) + " = 1"
                                                    : "export const e = 1"});
  }
  Verdict exploded = attack(diamond);
  EXPECT_TRUE(exploded.code().empty() || exploded.code() == "E_CPU" || exploded.code() == "E_MEM") << exploded;

  RunRequest circle = request("import { b } from './b.js'; export const a = 1; export default () => b()", {});
  circle.modules.push_back({.name = "b.js", .source = "import { a } from './attack.js'; export const b = () => a + 1"});
  EXPECT_EQ(attack(circle).result(), "2");

  RunRequest never = request("import './t.js'; export default () => 1", {});
  never.modules.push_back({.name = "t.js", .source = "await new Promise(() => {})"});
  EXPECT_EQ(attack(never).code(), "E_UNSETTLED");
  RunRequest later = request("import './t.js'; export default () => 1", wallLimit(milliseconds(300)));
  later.modules.push_back({.name = "t.js", .source = "await new Promise((r) => setTimeout(r, 1e9))"});
  EXPECT_EQ(attack(later).code(), "E_WALL");
}

// ---- 37: hash flooding ----

TEST_F(Exhaustion, Case37ManyNames) {
  // Twice the names must not cost four times the time. Both are in one run, so that load hits both.
  Verdict verdict = attack(R"js(
const names = (n) => Array.from({ length: n }, (_, i) => "k" + (i * 2654435761 % 4294967296).toString(36) + "_" + i);
export default () => { const o = {}; for (const name of names(2e5)) o[name] = 1; const m = new Map(); for (const name of names(2e5)) m.set(name + "x", 1); return Object.keys(o).length + m.size; }
)js",
                           memoryLimit(512, std::chrono::seconds(10)));
  EXPECT_EQ(verdict.result(), "400000") << verdict;
}

// ---- 40: many at once ----

TEST_F(Exhaustion, Case40TwoHundredAtOnce) {
  const std::vector<std::pair<std::string, std::vector<std::string>>> kinds = {
      {"for (;;);", {"E_CPU"}},
      {"const a = []; for (;;) a.push({})", {"E_MEM", "E_CPU"}},
      {"for (;;) console.log('x'.repeat(100))", {"E_CPU"}},
      {"/(a+)+$/.test('a'.repeat(40) + 'b')", {"E_CPU"}},
      {"const f = () => queueMicrotask(f); f(); export default () => 1", {"E_CPU"}},
      {"Array(1e9).fill(1)", {"E_MEM", "E_CPU"}},
      {"export default () => 'x'.repeat(1e7)", {"E_OUTPUT"}},
      {"throw new Error('mine')", {"E_EXCEPTION"}},
      {"export default async () => { await new Promise((r) => setTimeout(r, 50)); return 'slept' }", {""}},
      {"export default () => 42", {""}},
  };
  Limits limits = memoryLimit(32, milliseconds(50));
  std::vector<std::pair<size_t, std::shared_ptr<Verdict>>> runs;
  for (size_t i = 0; i < 200; ++i) {
    size_t kind = i % kinds.size();
    runs.emplace_back(kind, sandbox().submit(request(kinds[kind].first, limits)));
  }
  ASSERT_TRUE(sandbox().turnUntil(
      [&] { return std::all_of(runs.begin(), runs.end(), [](const auto& run) { return run.second->ended; }); },
      std::chrono::seconds(120)));
  for (const auto& [kind, verdict] : runs) {
    inspect(*verdict);
    const auto& codes = kinds[kind].second;
    EXPECT_NE(std::find(codes.begin(), codes.end(), verdict->code()), codes.end()) << kinds[kind].first << "\n"
                                                                                   << *verdict;
    EXPECT_TRUE(kind != 9 || verdict->result() == "42");
  }
  expectCanary(sandbox().run(canary()));
}

}  // namespace
}  // namespace mayfly::abuse
