// SPDX-License-Identifier: Apache-2.0
// The runner of web-platform-tests can fail. Needs no checkout: selftest/ has a small one with a harness of its own.
//
//   node tests/wpt/run_test.mjs [build/mayfly]

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const mayfly = process.argv[2] ?? here("../../build/mayfly");
const folder = mkdtempSync(join(tmpdir(), "wpt-test-"));
after(() => rmSync(folder, { recursive: true }));

const rightOnes = () => JSON.parse(readFileSync(here("selftest/expectations/selftest.json"), "utf8"));

function run(expectations, ...flags) {
  writeFileSync(join(folder, "selftest.json"), JSON.stringify(expectations));
  const command = [here("run.mjs"), "--wpt", here("selftest/checkout"), "--expectations", folder, ...flags];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { encoding: "utf8" });
  return { status, output: stdout + stderr };
}

const inMayfly = (expectations, ...flags) => run(expectations, "--program", mayfly, "selftest", ...flags);

function refuses(expectations, sentence, ...flags) {
  const { status, output } = inMayfly(expectations, ...flags);
  assert.equal(status, 1, output);
  assert.match(output, sentence);
}

test("the right expectations hold, and every engine reports the same", () => {
  const file = join(folder, "results.json");
  const { status, output } = inMayfly(rightOnes(), "--json", file);
  assert.equal(status, 0, output);
  assert.match(output, /13 of +18 subtests; files: OK 4, ERROR 1, TIMEOUT 1/);
  assert.match(output, /6 files run, 2 skipped/);
  const again = run(rightOnes(), "--engine", "node", "selftest", "--json", file, "--merge", file, "--report");
  assert.match(again.output, /\| selftest \| 18 \| 13 \(72\.2 %\) \| 13 \(72\.2 %\) \|/);
  const verdicts = ({ status, subtests }) => [status, subtests.map((subtest) => [subtest.name, subtest.status])];
  const results = JSON.parse(readFileSync(file, "utf8"));
  for (const [name, outcome] of Object.entries(results.node)) {
    assert.deepEqual(verdicts(results.mayfly[name]), verdicts(outcome), name);
  }
});

test("each line of the expectations is needed", () => {
  const { failing, skipped } = rightOnes();
  for (const index of failing.keys()) {
    refuses({ skipped, failing: failing.toSpliced(index, 1) }, /unexpected/, "--filter", failing[index].file);
  }
  refuses({ failing }, /excluded\.any\.js: FAIL: is skipped by an expectation/, "--filter", "excluded");
});

test("a line about what passes has to go", () => {
  const { failing } = rightOnes();
  const passes = { file: "selftest/variants.any.js?first", subtests: ["is the first variant"], reason: "wrong" };
  const both = { failing: [...failing, passes] };
  refuses(both, /passes now; remove this line: is the first variant/, "--filter", "variants");
  const fine = { file: "selftest/variants.any.js?first", status: "ERROR", reason: "wrong" };
  refuses({ failing: [...failing, fine] }, /is OK now; remove the line that expects ERROR/, "--filter", "variants");
  const wide = { file: "selftest/verdicts.any.js", pattern: "the same name", reason: "too wide" };
  refuses({ failing: [...failing, wide] }, /passes now; remove this line: the same name \[2\]/, "--filter", "verdicts");
});

test("a line about what does not exist has to go", () => {
  const { failing, skipped } = rightOnes();
  const gone = { file: "selftest/verdicts.any.js", subtests: ["no such name"], reason: "wrong" };
  const both = { failing: [...failing, gone] };
  refuses(both, /has no such subtest; remove this line: no such name/, "--filter", "verdicts");
  const nowhere = { file: "selftest/nowhere.any.js", status: "ERROR", reason: "wrong" };
  refuses({ skipped, failing: [...failing, nowhere] }, /nowhere\.any\.js: there is no such test; remove this line/);
});

test("a pending area is reported, and has to be compared once everything passes", () => {
  const pending = { pending: "not yet" };
  const { status, output } = inMayfly(pending, "--filter", "verdicts");
  assert.equal(status, 0, output);
  assert.match(output, /selftest is not compared: not yet/);
  refuses(pending, /everything passes; remove "pending"/, "--filter", "imports");
});

test("an update writes what holds, and keeps reasons", () => {
  const kept = { file: "selftest/throws.any.js", status: "ERROR", reason: "kept" };
  assert.equal(inMayfly({ failing: [kept] }, "--update").status, 0);
  const written = JSON.parse(readFileSync(join(folder, "selftest.json"), "utf8"));
  assert.equal(written.failing.find(({ file }) => file === "selftest/throws.any.js").reason, "kept");
  const { status, output } = inMayfly(written);
  assert.equal(status, 0, output);
});

test("an expectation needs a reason, and a run needs a test", () => {
  assert.equal(inMayfly({ failing: [{ file: "selftest/throws.any.js", status: "ERROR" }] }).status, 2);
  assert.equal(inMayfly(rightOnes(), "--filter", "no such file").status, 2);
});
