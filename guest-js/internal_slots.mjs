// SPDX-License-Identifier: Apache-2.0
// A library that keeps its state in properties such as `stream._state` shares those names with every program that
// extends its classes: a subclass's own `_state` would break the stream, and JSON.stringify would show it. This plugin
// of esbuild turns these names into symbols of the module. It works on the text, so it refuses what it does not know.
import { readFile } from "node:fs/promises";

const names = /(?<![\w$])_[A-Za-z]\w+/g;

// Each rule turns a property of that name, where it is written in this way, into a computed one.
const rules = [
  [/\.(_[A-Za-z]\w+)/g, "[$slot$1]"],
  [/([{,])(_[A-Za-z]\w+):/g, "$1[$slot$2]:"],
  [/([{},])(_[A-Za-z]\w+)\(/g, "$1[$slot$2]("],
  [/"(_[A-Za-z]\w+)"/g, "$slot$1"],
];

function withSlots(text, path) {
  const found = new Set(Array.from(text.matchAll(/\.(_[A-Za-z]\w+)/g), ([, name]) => name));
  const changed = rules.reduce((result, [pattern, replacement]) => result.replace(pattern, replacement), text);
  const rest = changed.match(names);
  if (rest !== null) throw new Error(`${path}: written in a way that is not known: ${rest.join(" ")}`);
  const symbols = [...found].map((name) => `$slot${name} = Symbol("${name.slice(1)}")`);
  return `const ${symbols.join(", ")};\n${changed}`;
}

/** The plugin for the files whose path matches `filter`. */
export function internalSlots(filter) {
  return {
    name: "internal-slots",
    setup(build) {
      build.onLoad({ filter }, async ({ path }) => ({
        contents: withSlots(await readFile(path, "utf8"), path),
        loader: "js",
      }));
    },
  };
}
