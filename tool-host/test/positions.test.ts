// SPDX-License-Identifier: Apache-2.0
// MAP against V8 itself: each TypeScript text has a JavaScript twin with blanks in place of its types. The stack of the
// twin, run as it is, says where the stack of the transformed text has to land.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import vm from "node:vm";
import type { Position } from "../src/protocol.ts";
import { LineTable, unitOffset } from "../src/source_positions.ts";
import { ToolHostProcess } from "./tool_host_process.ts";

let host: ToolHostProcess;
before(async () => {
  host = new ToolHostProcess();
  await host.hello;
});
after(() => host.end());

/** The positions of the stack of what running `code` throws; frames outside it left out. */
function thrownAt(code: string): Position[] {
  try {
    new vm.Script(code, { filename: "agent.js" }).runInNewContext({ n: null, ob: {}, sym: Symbol(), big: 1n });
  } catch (error) {
    const frames = String((error as Error).stack).matchAll(/agent\.js:(\d+):(\d+)/g);
    return [...frames].map(([, line, column]) => ({ line: Number(line), column: Number(column) }));
  }
  return [];
}

async function mappedStack(source: string, lang: "ts" | "tsx" = "ts"): Promise<(Position | null)[]> {
  const reply = await host.transform(source, lang);
  assert.ok(reply.ok && reply.mapId !== null, `${source}: ${JSON.stringify(reply)}`);
  const stack = thrownAt(reply.code);
  assert.notEqual(stack.length, 0, `nothing thrown: ${reply.code}`);
  return host.map(reply.mapId, stack);
}

const kPrefixes: [string, string][] = [
  ["", ""],
  ["let s0: string = 'é😀' as any; ", "let s0         = 'é😀'       ; "],
  ["let s0: 1 = 1;\r\n/*é*/ ", "let s0    = 1;\r\n/*é*/ "],
  ["let s0 = `\u2028\r\n` as string;\rlet s1: Map<1, 2>;", "let s0 = `\u2028\r\n`          ;\rlet s1           ;"],
  [
    "enum E { A, B = 'x'.length }\nfunction is<T>(a: T): a is T { return true } ",
    "                            \nfunction is   (a   )         { return true } ",
  ],
];

const kThrowers: [string, string][] = [
  // an error in the middle of a line, after types
  ["const x: number = 1; if (x) throw   new   Error('a' as string)", "const x         = 1; if (x) throw   new   Error('a'          )"],
  ["((a: number): void => { throw   new Error() }) ( 1 )", "((a        )       => { throw   new Error() }) ( 1 )"],
  // in an object over several lines
  ["const o: any = {\n  a: 1 as number,\r\n  b: ob . missing! . q as 5,\n}", "const o      = {\n  a: 1          ,\r\n  b: ob . missing  . q     ,\n}"],
  ["f9({\n  a: [1,\n    (2 as any).b.c],\n})\nfunction f9(q: any) {}", "f9({\n  a: [1,\n    (2       ).b.c],\n})\nfunction f9(q     ) {}"],
  // what V8 points at between two tokens with marks: operators, calls, assignments
  ["let a: number = 1;  a   +   big", "let a         = 1;  a   +   big"],
  ["ob as any   +   sym", "ob          +   sym"],
  ["const k: 1 | 2 = 1; k   =   2 as any", "const k        = 1; k   =   2       "],
  ["const c: () => void = 1  as any; c  (2)", "const c             = 1        ; c  (2)"],
  ["n! . x  =  1 as 2", "n  . x  =  1     "],
  ["ob [ 'q' ] ( 1 )", "ob [ 'q' ] ( 1 )"],
  ["ob.x<T>  (1)", "ob.x     (1)"],
  ["1   instanceof   (n as any)", "1   instanceof   (n       )"],
  ["'a' in   (5 as any)", "'a' in   (5       )"],
  ["'a' as string   in   <string>n", "'a'             in           n"],
  ["ob\n  .a!\n  // why\n  .b\n  .c", "ob\n  .a \n  // why\n  .b\n  .c"],
  ["ob/*c*/./*d*/x!/*e*/./*f*/y", "ob/*c*/./*d*/x /*e*/./*f*/y"],
  ["`a${ 1 as 1 } ${ ob.x!.y }`", "`a${ 1      } ${ ob.x .y }`"],
  ["const { a: { b } }: any = ob", "const { a: { b } }      = ob"],
  ["function g9([ a ]: any) {}  g9 ( 1 )", "function g9([ a ]     ) {}  g9 ( 1 )"],
  ["for (const a of   ob as any) {}", "for (const a of   ob       ) {}"],
  ["new   ob . q<T> ( 1 )", "new   ob . q    ( 1 )"],
  ["[ 1 as 1 ] . map ( (x: any) => x . y . z )", "[ 1      ] . map ( (x     ) => x . y . z )"],
  // functions of all kinds, and their callers
  ["class A<T> { private x: T = ob . x . y }  new A<1> ( )", "class A    {         x    = ob . x . y }  new A    ( )"],
  ["class B extends Object { constructor ( a?: 1 ) { } }  new B", "class B extends Object { constructor ( a     ) { } }  new B"],
  ["class C { get k(): number { return ob . x . y } static m(this: any) { return new C().k } }  C . m ( )",
   "class C { get k()         { return ob . x . y } static m(         ) { return new C().k } }  C . m ( )"],
  ["class D { #p: 1; static m(o: any) { o . #p   =   3 } }  D . m ( ob )", "class D { #p   ; static m(o     ) { o . #p   =   3 } }  D . m ( ob )"],
  ["function r(): any { return s ( ) }  function s(): any { return ob.x.y }  r ( )", "function r()      { return s ( ) }  function s()      { return ob.x.y }  r ( )"],
  ["function* g(): any { yield ob . x . y }  [ ... g ( ) as any ]", "function* g()      { yield ob . x . y }  [ ... g ( )        ]"],
  ["JSON . parse ( '{' as string )", "JSON . parse ( '{'           )"],
  ["q9 ; let q9: 1", "q9 ; let q9   "],
];

test("positions land where V8 itself puts them", async () => {
  for (const [ts, js] of kThrowers) {
    assert.equal(ts.length, js.length, `no twins: ${ts}`);
    for (const [tsPrefix, jsPrefix] of kPrefixes) {
      assert.equal(tsPrefix.length, jsPrefix.length);
      assert.deepEqual(await mappedStack(tsPrefix + ts), thrownAt(jsPrefix + js), tsPrefix + ts);
    }
  }
});

test("the added parentheses move nothing", async () => {
  const prefix = "const one: number = 1;\r\n";
  for (const before of ["", "\ufeff", prefix, "/* 😀 */ "]) {
    for (const close of ["}", "};", "} // }", "};  // done\n"]) {
      const source = `${before}function (this: any, a: 1) { if (a)\n  throw   new Error('é'); return one ${close}`;
      const reply = await host.transform(source, "ts");
      assert.ok(reply.ok && reply.mapId !== null);
      const [inside] = thrownAt(`(${reply.code.trim().replace(/^const.*\n/, "\n").replace(/;[^;}]*$/, "")})(1)`.replace("(\n", "\n("));
      assert.ok(inside !== undefined);
      // Where `function` stands in the generated code, and where the exception comes from.
      const generated = new LineTable(reply.code).positionAt(reply.code.indexOf("function"));
      const thrown = new LineTable(reply.code).positionAt(reply.code.indexOf("new Error"));
      const written = source.replace("\ufeff", "");
      const expected = ["function", "new Error"].map((word) => new LineTable(written).positionAt(written.indexOf(word)));
      assert.deepEqual(await host.map(reply.mapId, [generated, thrown]), expected, JSON.stringify(source));
    }
  }
});

test("after decorators were lowered", async () => {
  const source = "function d(...a: any[]) {}\n@d class A { @d m(x: number) { throw   new   Error('é') } }\nnew A() . m(1)";
  assert.deepEqual(await mappedStack(source), [{ line: 2, column: 40 }, { line: 3, column: 11 }]);
});

test("in jsx", async () => {
  const source = "const React: any = { createElement: (f: any) => f() };\n<B>é{1 as any}</B>;\nfunction B(): any { return ob . x . y }";
  assert.deepEqual((await mappedStack(source, "tsx"))[0], { line: 3, column: 37 });
});

test("what has no original maps to null", async () => {
  const reply = await host.transform("enum A {\n  X\n}\nlet a: number = 1", "ts");
  assert.ok(reply.ok && reply.mapId !== null);
  const closing = new LineTable(reply.code).positionAt(reply.code.indexOf("return A"));
  const positions = [closing, { line: 999, column: 1 }, { line: 1, column: 99999 }, { line: 2 ** 40, column: 2 ** 40 }];
  const [first, second, third, fourth] = await host.map(reply.mapId, positions);
  assert.deepEqual([first, second, fourth], [null, null, null]);
  assert.equal(third?.line, 1);
  assert.deepEqual(await host.map("unknown", [{ line: 1, column: 1 }]), [null]);
  assert.deepEqual(await host.map(reply.mapId, []), []);
  const many = Array.from({ length: 256 }, (_, i) => ({ line: 1, column: i + 1 }));
  assert.equal((await host.map(reply.mapId, many)).length, 256);
});

test("line table and offsets", () => {
  const text = "a\r\né\r\u2028😀\u2029b\n";
  const lines = new LineTable(text);
  assert.deepEqual([...text].map((_, i) => lines.positionAt(i).line), [1, 1, 1, 2, 2, 3, 4, 4, 4, 5]);
  assert.deepEqual(lines.positionAt(text.length), { line: 6, column: 1 });
  assert.equal(lines.offsetAt(3, 1), text.indexOf("😀") + 1);
  assert.equal(lines.offsetAt(77, 1), text.length);
  for (let unit = 0; unit <= text.length; unit++) {
    if (/^[\udc00-\udfff]/.test(text.slice(unit))) continue;
    assert.equal(unitOffset(text, Buffer.byteLength(text.slice(0, unit))), unit);
  }
});
