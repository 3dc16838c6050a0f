// SPDX-License-Identifier: Apache-2.0
// Security.md case 33: recursion of every kind, down to the edge of the stack.

#include "abuse/exhaustion.h"

namespace mayfly::abuse {
namespace {

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
    expectOneOf(program, memoryLimit(256, milliseconds(1500)),
                {"", "E_EXCEPTION", "E_CPU", "E_MEM", "E_REJECTION", "E_RESULT", "E_OUTPUT"});
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
    Verdict verdict = attack(request(program, memoryLimit(256, milliseconds(1500))));
    EXPECT_TRUE(verdict.code().empty() || verdict.code() == "E_EXCEPTION" || verdict.code() == "E_SYNTAX" ||
                verdict.code() == "E_CPU" || verdict.code() == "E_MEM")
        << program.substr(0, 80) << "\n"
        << verdict;
  }
}

// Our own natives at the very edge of the stack.
// Disabled: the outcome is contained but not yet of the kind that security.md asks for.
TEST_F(Exhaustion, DISABLED_Case33NativesAtTheEdgeOfTheStack) {
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
    // A handler that is itself at the edge may fail to be attached.
    expectOneOf(program, limits, {"", "E_CPU", "E_MEM", "E_EXCEPTION", "E_DENIED", "E_REJECTION"});
  }
}

}  // namespace
}  // namespace mayfly::abuse
