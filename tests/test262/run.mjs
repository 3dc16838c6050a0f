#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// Runs a sample of test262 in Mayfly. What fails is run in Node the same way: a failure that Node does not share must
// be excused by expectations.json. README.md beside this file tells more.

import { writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { DEFAULT_MAYFLY, engines, runProgram } from "./engines.mjs";
import { Expectations } from "./expectations.mjs";
import { failureOf, programOf } from "./program.mjs";
import { filesBelow, modesOf, readTest, sample } from "./test_files.mjs";

const USAGE = `usage: run.mjs --test262 DIR [option ...] [FOLDER or FILE ...]
  --test262 DIR        a checkout of tc39/test262
  --every N            without folders: every Nth file, and a few folders whole (default: 25)
  --engine NAME        mayfly (default), or node alone
  --program PATH       Mayfly's executable
  --jobs N             tests at a time (default: processors)
  --json FILE          writes all failures
  --expectations FILE  (default: expectations.json beside this file)
  --print-program      prints the program of each test instead of running it`;

const USUAL_STEP = 25;

const OPTIONS = {
  test262: { type: "string" }, every: { type: "string", default: String(USUAL_STEP) },
  engine: { type: "string", default: "mayfly" }, program: { type: "string", default: DEFAULT_MAYFLY },
  jobs: { type: "string", default: String(availableParallelism()) }, json: { type: "string" },
  expectations: { type: "string", default: fileURLToPath(new URL("expectations.json", import.meta.url)) },
  "print-program": { type: "boolean" }, help: { type: "boolean" },
};

async function main() {
  const { values: settings, positionals } = parseArgs({ options: OPTIONS, allowPositionals: true });
  if (settings.help || !settings.test262 || !engines.includes(settings.engine)) {
    console.log(USAGE);
    return settings.help ? 0 : 2;
  }
  const root = settings.test262;
  const every = Number(settings.every);
  const files = positionals.length > 0 ? positionals.flatMap((path) => filesBelow(root, path)) : sample(root, every);
  const tests = files.map((file) => readTest(root, file));
  const scripts = tests.filter(({ flags }) => !flags.has("module"));
  const cases = scripts.flatMap((test) => modesOf(test).map((mode) => ({ test, mode })));
  if (cases.length === 0) throw new Error("no test to run");
  if (settings["print-program"]) {
    cases.forEach(({ test, mode }) => console.log(programOf(root, test, mode)));
    return 0;
  }
  const failures = await failuresOf(root, cases, settings);
  console.log(`${tests.length} files, ${tests.length - scripts.length} of them modules and not run; `
    + `${cases.length} runs in ${settings.engine}: `
    + `${cases.length - failures.length} passed, ${failures.length} failed`);
  if (settings.json) writeFileSync(settings.json, JSON.stringify(failures.map(plain), null, 1));
  if (settings.engine === "node") return 0;
  // A part of the sample does not need every rule.
  const whole = positionals.length === 0 && every <= USUAL_STEP;
  return judge(failures, new Expectations(settings.expectations), whole);
}

const plain = ({ test, ...rest }) => ({ path: test.path, ...rest });

async function failuresOf(root, cases, { engine, jobs, program: mayfly }) {
  const failures = [];
  const waiting = cases.values();
  const worker = async () => {
    for (const { test, mode } of waiting) {
      const program = programOf(root, test, mode);
      const message = failureOf(test, await runProgram(engine, program, mayfly));
      if (message === undefined) continue;
      const inNode = engine === "node" ? message : failureOf(test, await runProgram("node", program));
      failures.push({ test, mode, message, sharedWithNode: inNode !== undefined, inNode });
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, Number(jobs)) }, worker));
  return failures.sort((a, b) => (a.test.path < b.test.path ? -1 : 1));
}

function judge(failures, expectations, whole) {
  const own = failures.filter(({ sharedWithNode }) => !sharedWithNode);
  const unexpected = own.filter(({ test, message }) => expectations.excuse(test, message) === undefined);
  console.log(`${failures.length - own.length} fail in Node as well; ${own.length - unexpected.length} are excused:`);
  for (const { reason, count } of expectations.counts) console.log(`${String(count).padStart(6)}  ${reason}`);
  for (const { test, mode, message } of unexpected) console.log(`FAIL ${test.path} (${mode}): ${message}`);
  const idle = expectations.counts.filter(({ count }) => whole && count === 0);
  for (const { reason } of idle) console.log(`a rule excuses nothing; remove it: ${reason}`);
  console.log(unexpected.length > 0 ? `${unexpected.length} unexpected` : "nothing unexpected");
  return unexpected.length + idle.length > 0 ? 1 : 0;
}

main().then((status) => { process.exitCode = status; }, (error) => {
  console.error(`run.mjs: ${error.message}`);
  process.exitCode = 2;
});
