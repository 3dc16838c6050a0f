// SPDX-License-Identifier: Apache-2.0
// What TRANSFORM answers: which sources are left alone, what stripping keeps, where errors point.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import vm from "node:vm";
import type { RequestLang, SourceError } from "../src/protocol.ts";
import { ToolHostProcess } from "./tool_host_process.ts";

let host: ToolHostProcess;
before(async () => {
  host = new ToolHostProcess();
  await host.hello;
});
after(() => host.end());

async function code(source: string, lang: RequestLang = "ts"): Promise<string> {
  const reply = await host.transform(source, lang);
  assert.ok(reply.ok, JSON.stringify(reply));
  return reply.code;
}

async function value(source: string, lang: RequestLang = "ts"): Promise<any> {
  return vm.runInNewContext(await code(source, lang));
}

async function error(source: string, lang: RequestLang = "ts"): Promise<SourceError> {
  const reply = await host.transform(source, lang);
  assert.ok(!reply.ok, JSON.stringify(reply));
  return reply.error;
}

test("says hello once, first", async () => {
  const hello = await host.hello;
  assert.deepEqual(hello.payload, { node: process.versions.node, oxc: "0.158.0" });
  assert.deepEqual([hello.type, hello.flags, hello.requestId], [0x100, 0, 0n]);
});

test("auto leaves JavaScript exactly as it is", async () => {
  for (const source of [
    "\ufeffconst a = 1\r\n\u2028// é😀\n  a   ",
    "export default { fetch() {} }",
    "await x; import('y')",
    "x = 010; with (a) b", // a sloppy script
    "f(a < b, c > (d))", // calls with type arguments in TypeScript
    "",
  ]) {
    assert.deepEqual(await host.transform(source, "auto"), { ok: true, code: source, mapId: null, lang: "js" });
  }
});

test("auto treats the rest as TypeScript", async () => {
  for (const source of ["let a: number = 1", "@d class A {}", "class A { accessor x = 1 }", "async function (x) { return x }"]) {
    const reply = await host.transform(source, "auto");
    assert.ok(reply.ok && reply.lang === "ts" && reply.mapId !== null, source);
    assert.doesNotThrow(() => new vm.Script(reply.code), source);
  }
});

test("js comes back untouched, whatever it is", async () => {
  assert.deepEqual(await host.transform("let a: = (", "js"), { ok: true, code: "let a: = (", mapId: null, lang: "js" });
});

test("types go, values stay", async () => {
  assert.equal(await value("const a: number = 1; function f<T>(x?: T): x is T { return x! as any } f<number>(a + 2)"), 3);
  assert.equal(await value("abstract class A<T> { abstract m(): T; protected x!: number; declare y: string } typeof A"), "function");
  assert.equal(await value("let o = { a: 1 } satisfies object; (<any>o).a"), 1);
  assert.equal(await value("declare const z: 1; interface I { a: 1 } type T = I; 5 as T | 5"), 5);
});

test("enums, namespaces, parameter properties", async () => {
  assert.equal(await value("enum A { X, Y = 3, Z } A.Z + A[3].length"), 5);
  assert.equal(await value("const enum B { Q = 'q' } B.Q"), "q");
  assert.equal(await value("namespace N { export const z = 7; export namespace M { export const y = z } } N.M.y"), 7);
  assert.equal(await value("class P { constructor(private x: number, readonly y = 2) {} sum() { return this.x + this.y } } new P(1).sum()"), 3);
});

test("what oxc would get wrong is refused", async () => {
  assert.match((await error("namespace N { export let z = 1 }")).message, /non-const/);
});

test("decorators run, without importing helpers", async () => {
  const source = `
    const log: string[] = [];
    function d(name: string) { return (...args: any[]) => { log.push(name + ":" + String(args[1]) + ":" + typeof args[2]) } }
    function twice(t: any, k: string, e: PropertyDescriptor) { const f = e.value; e.value = (x: number) => f(x) * 2; }
    @d("class") class A { @d("field") p = 1; @twice m(@d("param") x: number) { return x + 1 } @d("static") static s() {} }
    [log.join(), new A().m(1)]`;
  assert.deepEqual([...(await value(source))], ["field:p:undefined,param:m:number,static:s:object,class:undefined:undefined", 4]);
  const script = await code('"use strict"; @d class A {}');
  assert.match(script, /^"use strict";\nfunction _decorate\(/);
  assert.doesNotMatch(await code("export default @d class {}"), /oxc-project/);
  assert.match(await code("010; @d class A {}"), /^function _decorate\(/); // read as a script
});

test("imports that are only types go, the others stay", async () => {
  const source = 'import a, { b, type C } from "x"; import D from "y"; import "z"; import type { E } from "t"; let v: D = b;';
  assert.equal(await code(source), 'import { b } from "x";\nimport "z";\nlet v = b;\n');
  assert.equal(await code('import type { A } from "a"; let x: A'), "let x;\nexport {};\n"); // still a module
  assert.equal(await code('import { A } from "a"; export { A }'), 'import { A } from "a";\nexport { A };\n');
});

test("functions that are not statements become expressions", async () => {
  assert.equal((await value("(input: number) => input * 2"))(4), 8);
  assert.equal(await (await value("async (input: number): Promise<number> => { return input + 1 }"))(4), 5);
  for (const source of [
    "async function (input: number) { return input + 1 }",
    "async function (input: number) { return input + 1 };",
    "async function (input: number) { return input + 1 } // }",
    "async function (input: number) { return input + 1 }; /* done */ // done",
    "// first\nconst one: number = 1;\n\nasync function (input: number) { return input + one }\n",
    "\ufeffasync  function(input: number) { return input + 1 }",
  ]) {
    assert.equal(await (await value(source))(4), 5, source);
  }
  assert.deepEqual([...(await value("function * (x: number) { yield x }"))(3)], [3]);
  assert.equal(new (await value("class { run(a: number) { return a } }"))().run(2), 2);
  assert.deepEqual({ ...(await value('{ a: 1, b: "x" as string }')) }, { a: 1, b: "x" });
});

test("a nameless function elsewhere stays an error", async () => {
  for (const source of ["function (a: 1) {} let x = 1", "function (a: 1) {}\nfunction (b: 1) {}", "export function (a: 1) {}"]) {
    assert.match((await error(source)).message, /Expected function name/);
  }
  const inside = await error("async function (x: T) { let y: = 3 }");
  assert.deepEqual([inside.message, inside.line, inside.column], ["Unexpected token", 1, 32]);
});

test("jsx", async () => {
  assert.match(await code("const a = <b c={d as any}>{e}</b>", "tsx"), /React\.createElement\("b", \{ c: d \}, e\)/);
  assert.match(await code("const a = <></>", "jsx"), /React\.createElement\(React\.Fragment, null\)/);
  assert.match((await error("const a: number = <b/>", "jsx")).message, /./);
});

test("the value of the last expression survives", async () => {
  assert.equal(await value("const a: number = 2;\na * 21"), 42);
  assert.equal(await value('("use strict"); (function () { return this })() === undefined as any'), false);
  assert.equal(await value("// only\n/* comments */ 7 as number // end"), 7);
});

test("syntax errors point at the token, in UTF-16 units", async () => {
  const at = async (source: string) => {
    const { line, column, endLine, endColumn } = await error(source);
    return [line, column, endLine, endColumn];
  };
  assert.deepEqual(await at("let b: = 2;"), [1, 8, 1, 9]);
  assert.deepEqual(await at('const a = "😀é"; let b: = 2;'), [1, 25, 1, 26]);
  assert.deepEqual(await at('\ufeffconst a = "😀é"; let b: = 2;'), [1, 25, 1, 26]); // a BOM is no column
  assert.deepEqual(await at("// é\r\n/*\u2028*/ let b: = 2;"), [3, 11, 3, 12]);
  assert.deepEqual(await at("a\rb\nlet b: = 2;"), [3, 8, 3, 9]);
  assert.deepEqual(await at("foo('😀', é"), [1, 12, 1, 12]); // at the very end
  assert.deepEqual(await at("let x = 1;\nlet y = 'é'; let x = 3"), [2, 18, 2, 19]); // the second declaration
  assert.deepEqual(await at("if (x) {\n  y('é'"), [2, 8, 2, 8]);
  const redeclared = await error("let x = 1; let x: number");
  assert.match(redeclared.message, /already been declared/);
  assert.match((await error("a b")).help ?? "", /semicolon/);
});

test("a lone surrogate is an error, not a replacement character", async () => {
  const { message, line, column } = await error("let a = 1;\nlet s: string = '😀\ud800'");
  assert.deepEqual([line, column], [2, 20]);
  assert.match(message, /surrogate/);
});

test("1 MB of TypeScript", async () => {
  const lines = Array.from({ length: 21_000 }, (_, i) => `export const f${i} = (x: number): string => \`\${x}\`;\n`);
  const out = await code(lines.join(""));
  assert.equal(out, lines.join("").replaceAll("x: number): string", "x)"));
});
