// SPDX-License-Identifier: Apache-2.0
// The one door to oxc's native binding. Asynchronous, on libuv's pool: a source that takes oxc exponential time (a
// hundred bytes can) then blocks one pool thread, and not the loop that answers everybody else.

import { createRequire } from "node:module";
import type { OxcError, TransformOptions, TransformResult } from "oxc-transform";

export type { OxcError } from "oxc-transform";

interface Binding {
  transform(filename: string, source: string, options: TransformOptions): Promise<TransformResult>;
}

// The binding itself and not the oxc-transform package: its loader reads /usr/bin/ldd and, where that is missing as it
// is in the seal, builds a diagnostic report to find out which C library this is. We ship glibc builds only.
const require = createRequire(import.meta.url);
const kPackage = `@oxc-transform/binding-linux-${process.arch}-gnu`;
const binding = require(kPackage) as Binding;
export const kOxcVersion = (require(`${kPackage}/package.json`) as { version: string }).version;

export type ParseLang = "ts" | "tsx" | "js" | "jsx";
export type SourceType = "module" | "script";

export interface Pass {
  code: string;
  /** Source map "mappings"; empty unless asked for. */
  mappings: string;
  errors: OxcError[];
  helpersUsed: string[];
}

const kOptions: TransformOptions = {
  target: "esnext",
  // TypeScript's default elision: an import that is never used as a value is dropped, whether or not it says `type`.
  // onlyRemoveTypeImports (verbatimModuleSyntax) would keep `import { Row } from "./rows.ts"` of an interface, which
  // then fails to link; agents write that all the time, and they hardly ever import a name for its side effect.
  typescript: { onlyRemoveTypeImports: false },
  // V8 has no decorators; oxc lowers the experimental ones. See decorator_helpers.ts.
  decorator: { legacy: true },
  jsx: { runtime: "classic" },
};

// What oxc prints although it knows that the output means something else; it says so in a mere warning.
const kUnsupported = /not supported|unsupported/i;

/** Never rejects for what is in the source, except when the output does not fit into a string. */
export async function runOxc(source: string, lang: ParseLang, sourceType: SourceType, wantMap: boolean): Promise<Pass> {
  // A constant name: the request's own is hostile text that oxc would only copy into maps and code frames.
  const result = await binding.transform("agent", source, { ...kOptions, lang, sourceType, sourcemap: wantMap });
  return {
    code: result.code,
    mappings: result.map?.mappings ?? "",
    errors: result.errors.filter(isFatal),
    helpersUsed: Object.keys(result.helpersUsed),
  };
}

function isFatal({ severity, message }: OxcError): boolean {
  return severity === "Error" || (severity === "Warning" && kUnsupported.test(message));
}
