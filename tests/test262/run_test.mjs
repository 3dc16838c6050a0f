// SPDX-License-Identifier: Apache-2.0
// The runner of test262 can fail. Needs no checkout: selftest/ has a few tests and a harness of its own.
//
//   node tests/test262/run_test.mjs [build/mayfly]

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const mayfly = process.argv[2] ?? here("../../build/mayfly");
const folder = mkdtempSync(join(tmpdir(), "test262-test-"));
after(() => rmSync(folder, { recursive: true }));

function run(rules, ...flags) {
  const file = join(folder, "expectations.json");
  writeFileSync(file, JSON.stringify(rules));
  const command = [here("run.mjs"), "--test262", here("selftest"), "--every", "1", "--expectations", file, ...flags];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { encoding: "utf8" });
  return { status, output: stdout + stderr };
}

const inMayfly = (rules, ...flags) => run(rules, "--program", mayfly, ...flags);

test("what fails in Mayfly alone fails the run, in both modes", () => {
  const { status, output } = inMayfly([]);
  assert.equal(status, 1, output);
  assert.match(output, /12 files, 1 of them modules and not run; 19 runs in mayfly: 13 passed, 6 failed/);
  assert.match(output, /4 fail in Node as well; 0 are excused/);
  assert.match(output, /FAIL test\/built-ins\/refused\.js \(sloppy\): E_DENIED EvalError/);
  assert.match(output, /FAIL test\/built-ins\/refused\.js \(strict\)/);
  assert.match(output, /2 unexpected/);
});

test("a rule excuses it when all that it names hold", () => {
  const reason = "no code from text";
  for (const rule of [{ feature: "code-from-text" }, { source: "new Function" }, { message: "EvalError" },
    { path: "test/built-ins/ref", message: "EvalError" }]) {
    const { status, output } = inMayfly([{ ...rule, reason }], "test/built-ins/refused.js");
    assert.equal(status, 0, output);
    assert.match(output, / 2 {2}no code from text/);
  }
  for (const rule of [{ feature: "another" }, { path: "test/language", message: "EvalError" }]) {
    assert.equal(inMayfly([{ ...rule, reason }], "test/built-ins/refused.js").status, 1);
  }
});

test("a rule that the sample does not need has to go", () => {
  const rules = [{ message: "EvalError", reason: "right" }, { feature: "another", reason: "idle" }];
  const { status, output } = inMayfly(rules);
  assert.equal(status, 1, output);
  assert.match(output, /excuses nothing; remove it: idle/);
});

test("Node alone says what fails there", () => {
  const file = join(folder, "failures.json");
  const { status, output } = run([], "--engine", "node", "--json", file);
  assert.equal(status, 0, output);
  assert.match(output, /19 runs in node: 15 passed, 4 failed/);
  const failed = new Set(JSON.parse(readFileSync(file, "utf8")).map(({ path }) => path));
  assert.deepEqual([...failed], ["test/built-ins/async_fails.js", "test/language/wrong_error.js"]);
});

test("a rule needs a reason, and a run needs a test", () => {
  assert.equal(inMayfly([{ message: "EvalError" }]).status, 2);
  assert.equal(inMayfly([], "test/annexB/module.js").status, 2);
});
