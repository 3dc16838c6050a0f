// SPDX-License-Identifier: Apache-2.0
// The runtimes under test. Each takes a program and answers { status, message, subtests }.

import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { MARK, programOf } from "./program.mjs";

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const SUBTEST_STATUS = ["PASS", "FAIL", "TIMEOUT", "NOTRUN", "PRECONDITION_FAILED"];
const HARNESS_STATUS = ["OK", "ERROR", "TIMEOUT", "PRECONDITION_FAILED"];
const LIMITS = { normal: 10_000, long: 60_000 };
// Each engine notices when a program waits for nothing. No time has to pass then: a second run, in which the harness
// gives up after this long, tells which subtests were waiting.
const IDLE = "IDLE";
const SECOND_RUN = 1000;

export const DEFAULT_PROGRAMS = {
  mayfly: here("../../build/mayfly"),
  node: process.execPath,
  workerd: here("../../node_modules/@cloudflare/workerd-linux-64/bin/workerd"),
};

const running = new Set();
process.on("exit", () => running.forEach((child) => child.kill("SIGKILL")));

export async function runTest(engine, binary, test) {
  const folder = mkdtempSync(join(tmpdir(), "wpt-"));
  const limit = test.long ? LIMITS.long : LIMITS.normal;
  try {
    const start = performance.now();
    const outcome = await ENGINES[engine](binary, programOf(test), folder, limit);
    if (outcome.status !== IDLE) return outcome;
    const patience = SECOND_RUN + 2 * (performance.now() - start);
    const second = await ENGINES[engine](binary, programOf(test, patience), folder, limit + patience);
    return second.status === IDLE ? { ...second, status: "TIMEOUT" } : second;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

// Collects what a program reports about itself.
class Records {
  subtests = [];
  #names = new Map();
  #end;
  #threw;

  // True when the line was the last record.
  add(line) {
    const start = line.indexOf(MARK);
    if (start < 0) return false;
    const record = JSON.parse(line.slice(start + MARK.length));
    if (record.threw !== undefined) this.#threw ??= record.threw;
    else if (record.end !== undefined) this.#end = record;
    else this.subtests.push({ ...record, name: this.#uniqueName(record.name), status: SUBTEST_STATUS[record.status] });
    return this.#end !== undefined;
  }

  // The verdict of the harness, unless the engine has a worse one or a script threw.
  outcome(engineStatus, engineMessage) {
    const { subtests } = this;
    if (this.#threw !== undefined) return { status: "ERROR", message: this.#threw, subtests };
    if (engineStatus !== undefined) return { status: engineStatus, message: engineMessage, subtests };
    if (this.#end === undefined) return { status: IDLE, message: "waits for nothing", subtests };
    return { status: HARNESS_STATUS[this.#end.end], message: this.#end.message, subtests };
  }

  get ended() {
    return this.#end !== undefined;
  }

  #uniqueName(name) {
    const seen = this.#names.get(name) ?? 0;
    this.#names.set(name, seen + 1);
    return seen === 0 ? name : `${name} [${seen + 1}]`;
  }
}

const ENGINES = {
  async mayfly(binary, program, folder, limit) {
    const file = join(folder, "program.js");
    writeFileSync(file, program);
    const flags = ["--json", "--cpu", `${limit}ms`, "--wall", `${limit}ms`, "--memory", "1GB", "--log-limit", "64MB"];
    let output = "";
    const child = spawn(binary, ["run", file, ...flags], { stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8");
      stream.on("data", (text) => { output += text; });
    }
    await ended(child, 2 * limit);
    return outcomeOfRun(output);
  },

  node(binary, program, folder, limit) {
    const file = join(folder, "program.js");
    writeFileSync(file, program);
    return streamed(spawn(binary, ["--expose-gc", here("node_host.cjs"), file, MARK]), limit);
  },

  workerd(binary, program, folder, limit) {
    writeFileSync(join(folder, "program.js"), program);
    writeFileSync(join(folder, "host.js"), readFileSync(here("workerd_host.js")));
    writeFileSync(join(folder, "config.capnp"), readFileSync(here("workerd.capnp")));
    // --experimental is for the binding that evaluates the program.
    return streamed(spawn(binary, ["test", "config.capnp", "--experimental"], { cwd: folder }), limit);
  },
};

// What the program's end means: a time that was over, a script's own failure, or the sandbox's.
const TIME_OVER = new Set(["E_WALL", "E_CPU"]);
const OWN_FAILURE = new Set([
  "E_EXCEPTION", "E_REJECTION", "E_SYNTAX", "E_RESULT", "E_DENIED", "E_MODULE", "E_ENTRYPOINT",
]);

function outcomeOfRun(output) {
  let run;
  try {
    run = JSON.parse(output);
  } catch {
    return { status: "CRASH", message: output.slice(-600), subtests: [] };
  }
  const records = new Records();
  for (const { args } of run.logs) {
    if (typeof args[0] === "string") records.add(args[0]);
  }
  if (run.logsTruncated) return records.outcome("ERROR", "more results than the log limit lets out");
  if (run.status === "ok" || run.error.code === "E_UNSETTLED") return records.outcome();
  const { code, message, stack } = run.error;
  const status = TIME_OVER.has(code) ? "TIMEOUT" : OWN_FAILURE.has(code) ? "ERROR" : "CRASH";
  return records.outcome(status, `${code}: ${stack ?? message}`.slice(0, 600));
}

// For engines that print records while they run. Some never end by themselves.
async function streamed(child, limit) {
  const records = new Records();
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text) => { errors = (errors + text).slice(-4000); });
  let rest = "";
  child.stdout.setEncoding("utf8").on("data", (text) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop();
    if (lines.some((line) => records.add(line))) child.kill("SIGKILL");
  });
  const { code, signal, late } = await ended(child, limit);
  if (records.ended) return records.outcome();
  if (late) return records.outcome("TIMEOUT", "stopped by the runner");
  if (errors.includes("would never generate a response")) return records.outcome();
  if (signal !== null) return records.outcome("CRASH", `signal ${signal}\n${errors.slice(-500)}`);
  return records.outcome(code === 0 ? undefined : "ERROR", errors.slice(-600));
}

function ended(child, limit) {
  return new Promise((resolve, reject) => {
    let late = false;
    running.add(child);
    const timer = setTimeout(() => { late = true; child.kill("SIGKILL"); }, limit);
    child.on("error", (error) => { clearTimeout(timer); reject(error); });
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      running.delete(child);
      resolve({ code, signal, late });
    });
  });
}
