// SPDX-License-Identifier: Apache-2.0
// node --import ./rpc/register.mjs: `import ... from "capnweb"` takes the edited text, without a bundle.
import { registerHooks } from "node:module";
import { pathToFileURL } from "node:url";

import { capnwebFile, capnwebText } from "./capnweb.mjs";

const url = pathToFileURL(capnwebFile).href;

registerHooks({
  // require() still finds the package as it is.
  resolve: (specifier, context, next) =>
    specifier === "capnweb" && context.conditions.includes("import")
      ? { url, format: "module", shortCircuit: true }
      : next(specifier, context),
  load: (found, context, next) =>
    found === url ? { format: "module", source: capnwebText(), shortCircuit: true } : next(found, context),
});
