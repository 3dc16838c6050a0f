// SPDX-License-Identifier: Apache-2.0
// Each example of the README is a program: it runs with the built package, and prints what its comments say.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { promisify } from "node:util";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
const examples = [...readme.matchAll(/^#+ (.*)$|^```ts\n([^]*?)^```$/gm)];
const packageFolder = process.env["MAYFLY_SDK"];
const skip = process.env["MAYFLY_BIN"] === undefined || packageFolder === undefined ? "MAYFLY_BIN and MAYFLY_SDK name none" : false;

const folder = mkdtempSync(join(tmpdir(), "mayfly-readme-"));
after(() => rmSync(folder, { recursive: true }));
if (packageFolder !== undefined) {
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(packageFolder, join(folder, "node_modules/mayfly"));
}

let heading = "";
let count = 0;
for (const [, title, code] of examples) {
  if (title !== undefined) heading = title;
  if (code === undefined) continue;
  const file = join(folder, `example${++count}.ts`);
  test(`${heading} (example ${count})`, { skip, timeout: 60_000 }, async () => {
    writeFileSync(file, code);
    const { stdout } = await promisify(execFile)(process.execPath, [file], { timeout: 50_000 });
    assert.deepEqual(stdout.trim().split("\n"), expected(code));
  });
}

test("there are examples", () => assert(count >= 7));

// A console.log line ends in a comment that says what it prints; "1, then 2" is for a loop, whose lines take turns.
function expected(code: string): string[] {
  const lines = [...code.matchAll(/console\.log\(.*\/\/ (.*)$/gm)].map((match) => match[1]!);
  if (!lines.some((line) => line.includes(", then "))) return lines;
  const [once, turns] = [lines.filter((line) => line === "once"), lines.find((line) => line.includes(", then "))!];
  assert.equal(once.length, 1);
  const [first, ...rest] = turns.split(", then ");
  return ["asked for the code", first!, ...rest];
}
