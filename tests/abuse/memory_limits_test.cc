// SPDX-License-Identifier: Apache-2.0
// Security.md cases 27 to 32: programs that want more memory than they may have.

#include "abuse/exhaustion.h"

namespace mayfly::abuse {
namespace {

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
    EXPECT_CODE(program, memoryLimit(32, std::chrono::seconds(20)), "E_MEM");
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
       }) {
    expectOneOf(program, memoryLimit(64, std::chrono::seconds(20)), {"E_MEM", "E_EXCEPTION"});
  }
  // Each refusal is an exception that it catches, after a collection: it goes on until its time is over.
  expectOneOf("const a = []; for (;;) { try { for (;;) a.push(new ArrayBuffer(1 << 20)) } catch { a.push({}) } }",
              memoryLimit(64, std::chrono::milliseconds(500)), {"E_MEM", "E_CPU"});
  EXPECT_RESULT("try { new ArrayBuffer(1 << 30) } catch (error) { error.name }", "\"RangeError\"");
  Verdict verdict = attack(
      "let b = new ArrayBuffer(40 << 20); b = null; for (let i = 0; i < 50; i++) { new ArrayBuffer(10 << 20) } "
      "'collected'",
      memoryLimit(64));
  EXPECT_EQ(verdict.result(), "\"collected\"") << verdict;
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
    expectOneOf(program, memoryLimit(128, milliseconds(300)), {"", "E_DENIED", "E_EXCEPTION", "E_CPU"});
  }
}

}  // namespace
}  // namespace mayfly::abuse
