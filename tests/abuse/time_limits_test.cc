// SPDX-License-Identifier: Apache-2.0
// Security.md cases 21 to 26 and 37: programs that do not end, and what they do to stay.

#include "abuse/exhaustion.h"

namespace mayfly::abuse {
namespace {

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
  for (const char* call :
       {"indexOf.call(huge, 1)", "includes.call(huge, 1)", "lastIndexOf.call(huge, 1)", "reverse.call(huge)",
        "fill.call(huge, 1)", "unshift.call({ length: 2 ** 53 - 2 }, 1)", "copyWithin.call(huge, 1, 0)",
        "every.call(huge, () => true); for (;;);", "findLast.call(huge, () => false)"}) {
    expectCpu("const huge = { length: 2 ** 53 - 1 }; Array.prototype." + std::string(call), milliseconds(60), 256);
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
    Verdict verdict = attack(program, memoryLimit(1024, milliseconds(150)));
    // A few need more memory than time.
    EXPECT_TRUE(verdict.code() == "E_CPU" || verdict.code() == "E_MEM" ||
                verdict.message().find("BigInt") != std::string::npos)
        << program << "\n"
        << verdict;
    EXPECT_LE(verdict.cpu(), milliseconds(150) + kOvershoot) << program << "\n" << verdict;
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
                "\"aic\"");
}

// ---- 37: hash flooding ----

TEST_F(Exhaustion, Case37ManyNames) {
  // Names made to collide would cost minutes where these cost a fraction of a second.
  Verdict verdict = attack(R"js(
const names = (n) => Array.from({ length: n }, (_, i) => "k" + (i * 2654435761 % 4294967296).toString(36) + "_" + i);
export default () => { const o = {}; for (const name of names(2e5)) o[name] = 1; const m = new Map(); for (const name of names(2e5)) m.set(name + "x", 1); return Object.keys(o).length + m.size; }
)js",
                           memoryLimit(512, std::chrono::seconds(10)));
  EXPECT_EQ(verdict.result(), "400000") << verdict;
}

}  // namespace
}  // namespace mayfly::abuse
