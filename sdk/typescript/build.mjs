// SPDX-License-Identifier: Apache-2.0
// Builds the npm package: one file of JavaScript, its types, and the licences of what is in it.
//
//   node sdk/typescript/build.mjs [OUT_DIR]      OUT_DIR: build/sdk/typescript
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

import { capnwebPlugin } from "../../rpc/capnweb.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, "../..");
const out = resolve(process.argv[2] ?? join(root, "build/sdk/typescript"));
const dist = join(out, "dist");
const bundled = ["capnweb", "ws"];

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });
await build({
  entryPoints: [join(here, "src/index.ts")],
  outfile: join(dist, "index.js"),
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node20",
  charset: "utf8",
  legalComments: "inline",
  // ws would speed itself up with these if they were there.
  external: ["bufferutil", "utf-8-validate"],
  // ws is CommonJS.
  banner: { js: 'import { createRequire } from "node:module";\nconst require = createRequire(import.meta.url);' },
  plugins: [capnwebPlugin()],
  logLevel: "warning",
});

const types = join(out, "types");
rmSync(types, { recursive: true, force: true });
const tsc = join(root, "node_modules/typescript/bin/tsc");
execFileSync(process.execPath, [tsc, "-p", join(here, "tsconfig.types.json"), "--outDir", types], { stdio: "inherit" });
// One folder in place of the repository's: dist/*.d.ts, and dist/rpc/*.d.ts.
for (const [from, to, rpc] of [["sdk/typescript/src", "", "./rpc/"], ["rpc", "rpc", "./"]]) {
  mkdirSync(join(dist, to), { recursive: true });
  for (const name of readdirSync(join(types, from))) {
    const text = readFileSync(join(types, from, name), "utf8");
    writeFileSync(join(dist, to, name), text.replaceAll("../../../rpc/", rpc).replace(/(["']\.[^"']*)\.ts(["'])/g, "$1.js$2"));
  }
}
rmSync(types, { recursive: true });

const licenceOf = (name) => {
  const file = readdirSync(join(root, "node_modules", name)).find((file) => /^licen[cs]e/i.test(file));
  return `${name}\n\n${readFileSync(join(root, "node_modules", name, file), "utf8")}`;
};
writeFileSync(join(out, "THIRD_PARTY_LICENSES.txt"), bundled.map(licenceOf).join("\n----\n\n"));
const manifest = JSON.parse(readFileSync(join(here, "package.json"), "utf8"));
writeFileSync(join(out, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
cpSync(join(root, "LICENSE"), join(out, "LICENSE"));
cpSync(join(here, "README.md"), join(out, "README.md"));
