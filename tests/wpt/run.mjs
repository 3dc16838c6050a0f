#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// Runs web-platform-tests in Mayfly, and in others for comparison. README.md beside this file tells more.

import { readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { DEFAULT_PROGRAMS, runTest } from "./engines.mjs";
import { Expectations } from "./expectations.mjs";
import { programOf } from "./program.mjs";
import { markdownTable, summary } from "./report.mjs";
import { Checkouts } from "./test_files.mjs";

const USAGE = `usage: run.mjs --wpt DIR [--wpt DIR2] [option ...] [AREA or FILE ...]
  --wpt DIR            a checkout of the web-platform-tests; of several, the first that has a path provides it
  --engine NAME[,...]  mayfly (default), workerd, node; expectations are compared for mayfly only
  --program PATH       the engine's executable
  --jobs N             tests at a time (default: processors)
  --filter TEXT        only tests whose name contains it
  --json FILE          writes all results
  --merge FILE         adds the results of an earlier --json to the report
  --report             prints a table in Markdown
  --update             rewrites the expectations from this run
  --expectations DIR   where they are (default: beside this file)
  --print-program      prints the program of each test instead of running it
  --verbose            prints every subtest that does not pass`;

const DEFAULT_AREAS = [
  "url", "urlpattern", "encoding", "streams", "compression", "WebCryptoAPI", "dom/abort", "dom/events",
  "html/webappapis/atob", "html/webappapis/microtask-queuing", "html/webappapis/structured-clone",
  "html/webappapis/timers", "FileAPI", "fetch/api", "xhr/formdata", "hr-time", "performance-timeline", "user-timing",
  "console", "webidl", "webmessaging",
];

const OPTIONS = {
  wpt: { type: "string", multiple: true }, engine: { type: "string", default: "mayfly" }, program: { type: "string" },
  jobs: { type: "string", default: String(availableParallelism()) }, filter: { type: "string", default: "" },
  json: { type: "string" }, merge: { type: "string", multiple: true, default: [] }, report: { type: "boolean" },
  update: { type: "boolean" }, expectations: { type: "string" }, "print-program": { type: "boolean" },
  verbose: { type: "boolean" }, help: { type: "boolean" },
};

function options() {
  const { values, positionals } = parseArgs({ options: OPTIONS, allowPositionals: true });
  const engines = values.engine.split(",");
  const unknown = engines.find((engine) => !(engine in DEFAULT_PROGRAMS));
  if (unknown !== undefined) throw new Error(`unknown engine: ${unknown}`);
  const folder = values.expectations ?? fileURLToPath(new URL("expectations", import.meta.url));
  return { ...values, engines, paths: positionals.map((path) => path.replace(/\/+$/, "")), folder };
}

async function main() {
  const settings = options();
  if (settings.help || !settings.wpt) {
    console.log(USAGE);
    return settings.help ? 0 : 2;
  }
  const checkouts = new Checkouts(settings.wpt);
  const paths = settings.paths.length > 0 ? settings.paths : DEFAULT_AREAS.filter((path) => checkouts.rootOf(path));
  const tests = paths.flatMap((path) => checkouts.casesOf(path)).filter(({ name }) => name.includes(settings.filter));
  const expectations = new Expectations(settings.folder);
  const { run, skipped } = divided(tests, expectations);
  if (settings["print-program"]) {
    run.forEach((test) => console.log(programOf(test)));
    return 0;
  }
  if (run.length === 0) throw new Error("no test to run");

  const results = Object.assign({}, ...settings.merge.map((file) => JSON.parse(readFileSync(file, "utf8"))));
  const problems = [];
  for (const engine of settings.engines) {
    const outcomes = await runAll(run, engine, settings);
    results[engine] = Object.fromEntries(outcomes);
    console.log(`\n${engine}: ${run.length} files run, ${skipped.length} skipped\n${summary(outcomes).join("\n")}`);
    if (settings.verbose) printFailures(outcomes);
    if (engine === "mayfly") problems.push(...judge(outcomes, tests, paths, expectations, settings));
  }
  if (settings.json) writeFileSync(settings.json, JSON.stringify(results));
  if (settings.report) console.log(`\n${markdownTable(results)}`);
  if (problems.length > 0) console.log(`\n${problems.join("\n")}\n\n${problems.length} unexpected`);
  return problems.length > 0 ? 1 : 0;
}

function divided(tests, expectations) {
  const marked = tests.map((test) => ({ test, reason: test.skip ?? expectations.reasonToSkip(test.name) }));
  return {
    run: marked.filter(({ reason }) => reason === undefined).map(({ test }) => test),
    skipped: marked.filter(({ reason }) => reason !== undefined),
  };
}

async function runAll(tests, engine, { jobs, program, engines }) {
  const binary = engines.length === 1 && program ? program : DEFAULT_PROGRAMS[engine];
  const outcomes = new Map(tests.map(({ name }) => [name, undefined]));
  const waiting = tests.values();
  const worker = async () => {
    for (const test of waiting) outcomes.set(test.name, await runTest(engine, binary, test));
  };
  await Promise.all(Array.from({ length: Math.max(1, Number(jobs)) }, worker));
  return outcomes;
}

function judge(outcomes, tests, paths, expectations, { update, filter }) {
  if (update) {
    expectations.update(outcomes);
    return [];
  }
  const { notes, problems } = expectations.pending(outcomes);
  if (notes.length > 0) console.log(notes.join("\n"));
  const stale = filter === "" ? expectations.staleEntries(paths, tests.map(({ name }) => name)) : [];
  return [...[...outcomes].flatMap(([name, outcome]) => expectations.compare(name, outcome)), ...problems, ...stale];
}

function printFailures(outcomes) {
  for (const [name, { status, message, subtests }] of outcomes) {
    if (status !== "OK") console.log(`${status} ${name}: ${message ?? ""}`);
    for (const subtest of subtests.filter((entry) => entry.status !== "PASS")) {
      console.log(`${subtest.status} ${name}: ${subtest.name}: ${subtest.message ?? ""}`);
    }
  }
}

main().then((status) => { process.exitCode = status; }, (error) => {
  console.error(`run.mjs: ${error.message}`);
  process.exitCode = 2;
});
