// SPDX-License-Identifier: Apache-2.0
// The capnweb of Mayfly: the npm package with the edits of capnweb_edits.mjs.
//
//   node rpc/capnweb.mjs OUT_FILE      writes it as one ES module
//
// `capnwebPlugin()` gives it to esbuild in place of the package; `register.mjs` to Node's own loader.
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { edits, version } from "./capnweb_edits.mjs";

const here = dirname(fileURLToPath(import.meta.url));
export const capnwebFile = resolve(here, "../node_modules/capnweb/dist/index.js");
/** What the result depends on, for a build system. */
export const capnwebInputs = ["capnweb.mjs", "capnweb_edits.mjs"].map((name) => join(here, name)).concat(capnwebFile);

/** `text` with all of `edits`; throws if one of them does not apply. */
export function applyEdits(text, edits) {
  return edits.reduce((now, { what, from, to, times = 1 }) => {
    const parts = now.split(from);
    if (parts.length - 1 !== times) {
      throw new Error(`capnweb: "${what}" applies ${parts.length - 1} times, not ${times}: has the package changed?`);
    }
    return parts.join(to);
  }, text);
}

export function capnwebText() {
  const found = JSON.parse(readFileSync(join(dirname(capnwebFile), "../package.json"), "utf8")).version;
  if (found !== version) throw new Error(`capnweb: the edits are for ${version}, the package is ${found}`);
  const text = readFileSync(capnwebFile, "utf8").replace(/\n\/\/# sourceMappingURL=.*\s*$/, "\n");
  return applyEdits(text, edits);
}

/** For esbuild: `import ... from "capnweb"` takes the edited text. */
export function capnwebPlugin() {
  return {
    name: "capnweb",
    setup(build) {
      build.onResolve({ filter: /^capnweb$/ }, () => ({ path: capnwebFile }));
      build.onLoad({ filter: /[\\/]capnweb[\\/]dist[\\/]index\.js$/ }, () => ({
        contents: capnwebText(),
        loader: "js",
        watchFiles: capnwebInputs,
      }));
    },
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const out = process.argv[2];
  if (out === undefined) throw new Error("capnweb.mjs: OUT_FILE is missing");
  writeFileSync(out, capnwebText());
}
