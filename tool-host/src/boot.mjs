// SPDX-License-Identifier: Apache-2.0
// Fast entry: `node tool-host/src/boot.mjs`. Node's own type stripper is a WebAssembly build of swc that takes 30 ms to
// start. oxc has to be loaded anyway, so it strips the files of this folder too. `node tool-host/src/main.ts` does the
// same, later. The only JavaScript file here, because something has to come first.

import { readFileSync } from "node:fs";
import { createRequire, registerHooks } from "node:module";

const { transformSync } = createRequire(import.meta.url)(`@oxc-transform/binding-linux-${process.arch}-gnu`);

const hooks = registerHooks({
  load(url, context, nextLoad) {
    if (!url.endsWith(".ts")) return nextLoad(url, context);
    const text = readFileSync(new URL(url), "utf8");
    const { code, errors } = transformSync(url, text, { lang: "ts", sourceType: "module" });
    if (errors.length > 0) throw new SyntaxError(`${url}: ${errors[0].message}`);
    return { format: "module", source: code, shortCircuit: true };
  },
});
await import("./main.ts");
hooks.deregister();
