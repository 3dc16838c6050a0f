#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// Node is the referee of these scenarios: expected.json beside a program is what Node answers to it. Run by the Node of
// the V8 provider, without arguments to compare, with --write after a program was changed.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";

let wrong = 0;
for (const { name } of readdirSync(new URL(".", import.meta.url), { withFileTypes: true }).filter((entry) => entry.isDirectory())) {
  const expected = new URL(`${name}/expected.json`, import.meta.url);
  const program = new URL(`${name}/program.mjs`, import.meta.url);
  const { default: run } = await import(program);
  const answer = `${JSON.stringify(await run(), null, 1)}\n`;
  if (process.argv.includes("--write")) {
    writeFileSync(expected, answer);
  } else if (readFileSync(expected, "utf8") !== answer) {
    console.error(`${name}/expected.json is not what Node ${process.version} answers`);
    wrong++;
  }
}
process.exitCode = wrong > 0 ? 1 : 0;
