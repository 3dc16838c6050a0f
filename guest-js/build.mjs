// SPDX-License-Identifier: Apache-2.0
// Bundles each group of groups.json and writes one assembler file that embeds the texts, and one table in C++.
//
//   node guest-js/build.mjs OUT_DIR
//
// A group becomes one function, `(function (module, require) { ... })`, in plain ASCII, so that V8 can use the bytes
// where they lie. What it imports from "group:NAME" and "native:NAME" stays a call of require.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { internalSlots } from "./internal_slots.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const out = resolve(process.argv[2] ?? "build/guest-js");

async function bundle(group) {
  const result = await build({
    entryPoints: [join(here, "src", group.name, "index.ts")],
    bundle: true,
    write: false,
    format: "cjs",
    platform: "neutral",
    mainFields: ["module", "main"],
    target: "esnext",
    charset: "ascii",
    legalComments: "inline",
    minifyWhitespace: group.minify === true,
    minifySyntax: group.minify === true,
    external: ["group:*", "native:*"],
    inject: (group.inject ?? []).map((file) => join(here, file)),
    plugins: group.slots === undefined ? [] : [internalSlots(new RegExp(`/node_modules/${group.slots}/`))],
    logLevel: "warning",
    metafile: true,
  });
  return { text: result.outputFiles[0].text, inputs: Object.keys(result.metafile.inputs) };
}

function globalsOf(group, index) {
  const entry = (name, enumerable) => `    {"${name}", ${index}, ${enumerable}},`;
  return [
    ...(group.interfaces ?? []).map((name) => entry(name, false)),
    ...(group.functions ?? []).map((name) => entry(name, true)),
  ];
}

function assembler(count) {
  const parts = ['    .section .rodata,"a",@progbits'];
  for (let i = 0; i < count; i++) {
    parts.push(
      `    .balign 16\n    .hidden mayflyGroup${i}\n    .globl mayflyGroup${i}\nmayflyGroup${i}:\n    .incbin "${join(out, `${i}.js`)}"`,
      `    .hidden mayflyGroup${i}End\n    .globl mayflyGroup${i}End\nmayflyGroup${i}End:\n    .byte 0`,
    );
  }
  return `${parts.join("\n")}\n    .section .note.GNU-stack,"",@progbits\n`;
}

function table(groups) {
  const declared = groups.map((_, i) => `extern const char mayflyGroup${i};\nextern const char mayflyGroup${i}End;`);
  const rows = groups.map(
    (group, i) => `    {"${group.name}", &mayflyGroup${i}, &mayflyGroup${i}End, ${group.hot === true}},`,
  );
  const builtins = groups.flatMap((group, i) => (group.builtins ?? []).map((name) => `    {"${name}", ${i}},`));
  return `// Written by guest-js/build.mjs.
#include "guest/group_table.h"

extern "C" {
${declared.join("\n")}
}

namespace mayfly::guest {
namespace {

const GroupText kGroups[] = {
${rows.join("\n")}
};

const GroupGlobal kGlobals[] = {
${groups.flatMap(globalsOf).join("\n")}
};

const GroupBuiltin kBuiltins[] = {
${builtins.join("\n")}
    {"", 0},
};

}  // namespace

std::span<const GroupText> groupTexts() { return kGroups; }
std::span<const GroupGlobal> groupGlobals() { return kGlobals; }
std::span<const GroupBuiltin> groupBuiltins() { return std::span(kBuiltins).first(std::size(kBuiltins) - 1); }

}  // namespace mayfly::guest
`;
}

const { groups } = JSON.parse(readFileSync(join(here, "groups.json"), "utf8"));
mkdirSync(out, { recursive: true });
const bundles = await Promise.all(groups.map(bundle));
const inputs = new Set([join(here, "groups.json"), join(here, "build.mjs"), join(here, "internal_slots.mjs")]);
for (const [i, { text, inputs: files }] of bundles.entries()) {
  writeFileSync(join(out, `${i}.js`), `(function (module, require) {\n${text}\n})`);
  for (const file of files) inputs.add(resolve(file));
}
writeFileSync(join(out, "groups.S"), assembler(groups.length));
writeFileSync(join(out, "groups.cc"), table(groups));
// For the build system: what the output was made from (GCC's dependency format).
const escaped = [...inputs].map((file) => file.replaceAll(" ", "\\ "));
writeFileSync(join(out, "groups.d"), `${join(out, "groups.cc")}: ${escaped.join(" \\\n  ")}\n`);
