// SPDX-License-Identifier: Apache-2.0
// The npm package @cloudflare/codemode, unchanged, over Mayfly: its code tool with our executor, and its own executor
// with our loader.
import assert from "node:assert/strict";
import { registerHooks } from "node:module";
import { after, before, describe, test } from "node:test";

import { z } from "zod";

import { type ExecuteResult, MayflyExecutor, RpcTarget } from "../src/index.ts";
import { toolName } from "../src/executor.ts";
import { type Backend, backends } from "./backends.ts";

// The package asks its runtime for these.
(globalThis as any).__runtime = { RpcTarget, WorkerEntrypoint: class extends RpcTarget {}, DurableObject: class {} };
const runtimeUrl = "data:text/javascript,export const { RpcTarget, WorkerEntrypoint, DurableObject } = globalThis.__runtime;";
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === "cloudflare:workers" ? { url: runtimeUrl, shortCircuit: true } : next(specifier, context),
});
const { createCodeTool } = await import("@cloudflare/codemode/ai" as string);
const { DynamicWorkerExecutor, sanitizeToolName } = await import("@cloudflare/codemode" as string);

const rows = [{ name: "ant", legs: 6 }, { name: "spider", legs: 8 }, { name: "mayfly", legs: 6 }];
const tools = {
  "list-animals": {
    description: "All animals",
    inputSchema: z.object({ least: z.number() }),
    execute: async ({ least }: { least: number }) => rows.filter(({ legs }) => legs >= least),
  },
  fail: {
    description: "Fails",
    inputSchema: z.object({}),
    execute: async () => {
      throw Object.assign(new TypeError("the tool is broken"), { secret: "s3cret" });
    },
  },
};

test("tools have codemode's names", () => {
  for (const name of ["a", "list-animals", "a.b c", "1st", "delete", "über", "", "!?", "x$y_1"]) {
    assert.equal(toolName(name), sanitizeToolName(name));
  }
});

for (const [name, start] of Object.entries(backends)) {
  describe(`with the ${name}`, () => {
    let backend: Backend;
    let executor: MayflyExecutor;
    before(async () => {
      backend = await start();
      executor = new MayflyExecutor({ loader: backend.mayfly });
    });
    after(() => backend[Symbol.asyncDispose]());

    const runTool = (code: string, using: unknown = executor) =>
      createCodeTool({ tools, executor: using }).execute({ code }, { toolCallId: "1", messages: [] });

    test("createCodeTool drives it: calls are chained, and only the result comes back", async () => {
      const answer = await runTool(`async () => {
        const animals = await codemode.list_animals({ least: 7 });
        console.log("found", animals.length);
        console.warn("careful");
        return animals.map((animal) => animal.name);
      }`);
      assert.deepEqual(answer.result, ["spider"]);
      assert.deepEqual(answer.logs, ["found 1", "[warn] careful"]);
    });

    test("TypeScript is accepted, though codemode cannot parse it", async () => {
      const answer = await runTool(`async () => {
        interface Animal { name: string; legs: number }
        const animals: Animal[] = await codemode.list_animals({ least: 6 });
        return animals.reduce((sum: number, animal: Animal): number => sum + animal.legs, 0);
      }`);
      assert.equal(answer.result, 20);
    });

    test("an error of a tool can be caught, and has its message alone", async () => {
      const answer = await runTool(`async () => {
        try { await codemode.fail({}); } catch (error) { return [error.message, error.secret ?? "nothing else"]; }
      }`);
      assert.deepEqual(answer.result, ["the tool is broken", "nothing else"]);
      await assert.rejects(runTool("async () => codemode.fail({})"), /Code execution failed: the tool is broken/);
      await assert.rejects(runTool("async () => codemode.nothing({})"), /Tool "nothing" not found/);
    });

    test("the same answers as codemode's own executor over our loader", async () => {
      const own = new DynamicWorkerExecutor({ loader: backend.mayfly });
      const fns = {
        echo: async (value: unknown) => value,
        bytes: async () => new Uint8Array([1, 2]),
        date: async () => new Date(0),
        none: async () => undefined,
      };
      const providers = [{ name: "codemode", fns }, { name: "more", fns: { two: async () => 2 }, prelude: "more.three = 3;" }];
      for (const code of [
        "async () => 1",
        "async () => undefined",
        "async () => ({ a: [1, null, 'x'], d: new Date(5) })",
        "async () => { console.log('a', 1, { b: 2 }); console.error('e'); console.info('unseen'); return [await more.two(), more.three]; }",
        "async () => [await codemode.echo({ a: [undefined, 1], b: undefined }), await codemode.date(), await codemode.none()]",
        "async () => [...await codemode.bytes()]",
        "async () => { console.log('before'); throw new RangeError('out'); }",
        "async () => codemode.missing()",
        "async () => { throw 'text'; }",
      ]) {
        const [ours, theirs]: ExecuteResult[] = [await executor.execute(code, providers), await own.execute(code, providers)];
        if (code.includes("'text'")) assert.equal(ours!.error, "text"); // theirs is lost
        else assert.deepEqual(ours, theirs, code);
      }
    });

    test("names that cannot be are refused as codemode does", async () => {
      const own = new DynamicWorkerExecutor({ loader: backend.mayfly });
      for (const names of [["a-b"], ["a", "a"], ["console"]]) {
        const providers = names.map((name) => ({ name, fns: {} }));
        assert.deepEqual(await executor.execute("1", providers), await own.execute("1", providers));
      }
    });

    test("what is no program is an error, not a rejection", async () => {
      const { error, result } = await executor.execute("async () => { this is no code }", []);
      assert.equal(result, undefined);
      assert(error !== undefined && error.length > 0);
    });

    test("fences, statements, expressions and empty code", async () => {
      assert.equal((await executor.execute("```ts\nasync () => 5 as number\n```", [])).result, 5);
      assert.equal((await executor.execute("const a: number = 2; return a * 3;", [])).result, 6);
      assert.equal((await executor.execute("(async () => 7)()", [])).result, 7);
      assert.deepEqual(await executor.execute("", []), { result: undefined, logs: [] });
    });

    test("a time-out is real, for code that waits and for code that loops", async () => {
      const hasty = new MayflyExecutor({ loader: backend.mayfly, timeout: 400 });
      for (const code of [
        "async () => { console.log('begun'); await new Promise(() => {}); }",
        "async () => { setTimeout = () => {}; await new Promise(() => {}); }",
        "async () => { for (;;); }",
      ]) {
        const { result, error } = await hasty.execute(code, []);
        assert.deepEqual({ result, error }, { result: undefined, error: "Execution timed out" });
      }
    });

    test("a tool that is late does not hold anything up", async () => {
      let settle!: (value: unknown) => void;
      const never = new Promise((resolve) => (settle = resolve));
      const answer = await executor.execute("async () => { codemode.never(); return 1; }", { never: () => never } as never);
      assert.equal(answer.result, 1);
      settle(2);
    });

    test("modules and bindings are there", async () => {
      const more = new MayflyExecutor({ loader: backend.mayfly, bindings: { GREET: (who: string) => `hello ${who}` } });
      const program = "async () => (await import('cloudflare:workers')).env?.GREET?.('you') ?? 'no env'";
      assert((await more.execute(program, [])).error === undefined);
    });
  });
}
