// SPDX-License-Identifier: Apache-2.0
// Runs a program in Mayfly or in Node. Both answer with an outcome as `mayfly run --json` prints it.

import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const LIMIT = 20_000;
const LIMIT_FLAGS = ["--json", "--cpu", `${LIMIT}ms`, "--wall", `${LIMIT}ms`, "--memory", "1GB"];

const COMMANDS = {
  mayfly: (file, mayfly) => [mayfly, ["run", file, ...LIMIT_FLAGS]],
  node: (file) => [process.execPath, [here("node_host.cjs"), file]],
};

export const engines = Object.keys(COMMANDS);
export const DEFAULT_MAYFLY = here("../../build/mayfly");

export async function runProgram(engine, program, mayfly) {
  const folder = mkdtempSync(join(tmpdir(), "test262-"));
  try {
    const file = join(folder, "program.js");
    writeFileSync(file, program);
    const [binary, flags] = COMMANDS[engine](file, mayfly);
    return outcomeOf(await output(binary, flags));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

// The exit status is not needed: the document says more, and without one the engine broke.
function output(binary, flags) {
  return new Promise((resolve, reject) => {
    execFile(binary, flags, { timeout: 2 * LIMIT, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      if (error && typeof error.code === "string") reject(error);
      else resolve(stdout || stderr);
    });
  });
}

function outcomeOf(text) {
  try {
    return JSON.parse(text);
  } catch {
    return { status: "error", error: { code: "CRASH", message: text.slice(-300) } };
  }
}
