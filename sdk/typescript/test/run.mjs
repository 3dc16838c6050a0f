// SPDX-License-Identifier: Apache-2.0
// Builds the package and runs its tests against a daemon: node sdk/typescript/test/run.mjs MAYFLY_BINARY [OUT_DIR]
import { spawnSync } from "node:child_process";
import { globSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, "../../..");
const binary = process.argv[2] === undefined ? undefined : resolve(process.argv[2]);
const out = resolve(process.argv[3] ?? join(root, "build/sdk/typescript"));
if (binary === undefined) throw new Error("run.mjs: MAYFLY_BINARY is missing");

function run(program, args, env = {}) {
  const { status, signal } = spawnSync(program, args, { cwd: root, stdio: "inherit", env: { ...process.env, ...env } });
  if (status !== 0) {
    console.error(`run.mjs: ${program} ${args[0]} ... ended with ${signal ?? status}`);
    process.exitCode = 1;
  }
  return status === 0;
}

/** The types as who installs the package sees them: strict, and with every declaration looked at. */
function checkTypes() {
  const folder = join(out, "../consumer");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, "node_modules"), { recursive: true });
  symlinkSync(out, join(folder, "node_modules/mayfly"));
  const compilerOptions = {
    target: "esnext", lib: ["esnext", "dom"], types: ["node"], typeRoots: [join(root, "node_modules/@types")],
    module: "nodenext", strict: true, skipLibCheck: false, noEmit: true,
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["types.ts"] }));
  writeFileSync(join(folder, "package.json"), '{"type": "module"}');
  writeFileSync(join(folder, "types.ts"), readFileSync(join(here, "types.ts"), "utf8").replace("../src/index.ts", "mayfly"));
  return run(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", folder]);
}

const tests = globSync(join(here, "*.test.ts")).sort();
if (run(process.execPath, [join(here, "../build.mjs"), out])) {
  checkTypes();
  run(process.execPath, ["--import", "./rpc/register.mjs", "--test", "--test-timeout=120000", ...tests], {
    MAYFLY_BIN: binary,
    MAYFLY_SDK: out,
  });
  // The oldest Node that the package is for, when it is the one on the PATH; and this one.
  const installed = spawnSync("node", ["--version"], { encoding: "utf8" }).stdout ?? "";
  if (Number(/^v(\d+)/.exec(installed)?.[1] ?? 0) >= 20) run("node", [join(here, "smoke.mjs"), out, binary]);
  run(process.execPath, [join(here, "smoke.mjs"), out, binary]);
}
