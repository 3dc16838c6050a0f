// SPDX-License-Identifier: Apache-2.0
// Bundles each group of groups.json and writes one assembler file that embeds the texts, and one table in C++.
//
//   node guest-js/build.mjs OUT_DIR
//
// A group becomes one function, `(function (module, require) { ... })`, in plain ASCII, so that V8 can use the bytes
// where they lie. What it imports from "group:NAME" and "native:NAME" stays a call of require.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

import { applyEdits, capnwebInputs, capnwebPlugin } from "../rpc/capnweb.mjs";
import { internalSlots } from "./internal_slots.mjs";
import { builtinsOf, bundledTwice, libraryEntry, nodeLibrary } from "./node_library.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const out = resolve(process.argv[2] ?? "build/guest-js");

function entryOf({ name }) {
  const [typescript, commonJs] = ["index.ts", "index.cts"].map((file) => join(here, "src", name, file));
  return existsSync(typescript) ? typescript : commonJs;
}

// `rpc:NAME` is a file of rpc/, which has types of its own.
const sharedRpc = {
  name: "rpc",
  setup(build) {
    build.onResolve({ filter: /^rpc:/ }, ({ path }) => ({ path: join(here, "../rpc", `${path.slice(4)}.ts`) }));
  },
};

// The class that goes by reference is the one that programs extend.
const ownTarget = {
  what: "RpcTarget is the guest's",
  from: "let RpcTarget$1 = workersModule ? workersModule.RpcTarget : class {};\n",
  to: 'import { RpcTarget as RpcTarget$1 } from "group:worker";\n',
};

function pluginsOf(group) {
  if (group.name === "rpc") return [sharedRpc, capnwebPlugin((text) => applyEdits(text, [ownTarget]))];
  if (group.slots !== undefined) return [internalSlots(new RegExp(`/node_modules/${group.slots}/`))];
  return /^(node-|async-context$)/.test(group.name) ? [nodeLibrary(group, groups, join(here, "src"))] : [];
}

async function bundle(group) {
  const minify = group.minify === true || group.library !== undefined;
  const result = await build({
    ...(group.library === undefined
      ? { entryPoints: [entryOf(group)] }
      : { stdin: { contents: libraryEntry(group), resolveDir: here, sourcefile: join(here, "src", group.name) } }),
    bundle: true,
    write: false,
    format: "cjs",
    platform: "neutral",
    mainFields: ["module", "main"],
    target: "esnext",
    charset: "ascii",
    legalComments: "inline",
    minifyWhitespace: minify,
    minifySyntax: minify,
    keepNames: group.keepNames === true,
    external: ["group:*", "native:*"],
    inject: (group.inject ?? []).map((file) => join(here, file)),
    plugins: pluginsOf(group),
    logLevel: "warning",
    metafile: true,
  });
  return { group, text: result.outputFiles[0].text, inputs: Object.entries(result.metafile.inputs) };
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
    (group, i) => `    {"${group.name}", &mayflyGroup${i}, &mayflyGroup${i}End, ${group.hot === true}, ${group.compiled === true || group.hot === true}},`,
  );
  const builtins = groups.flatMap((group, i) => builtinsOf(group).map((name) => `    {"${name}", ${i}},`));
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

const groupsIn = (file) => JSON.parse(readFileSync(join(here, file), "utf8")).groups;
const groups = ["groups.json", "node_groups.json"].flatMap(groupsIn);
mkdirSync(out, { recursive: true });
const bundles = await Promise.all(groups.map(bundle));
const twice = bundledTwice(bundles);
if (twice.length > 0) throw new Error(`modules in more than one group:\n  ${twice.join("\n  ")}`);
const ownFiles = [
  "groups.json", "node_groups.json", "build.mjs", "internal_slots.mjs", "node_library.mjs", "node_changes.mjs",
];
const inputs = new Set([...ownFiles.map((file) => join(here, file)), ...capnwebInputs]);
for (const [i, { text, inputs: files }] of bundles.entries()) {
  writeFileSync(join(out, `${i}.js`), `(function (module, require) {\n${text}\n})`);
  for (const [file] of files) if (existsSync(file)) inputs.add(resolve(file));
}
writeFileSync(join(out, "groups.S"), assembler(groups.length));
writeFileSync(join(out, "groups.cc"), table(groups));
// For the build system: what the output was made from (GCC's dependency format).
const escaped = [...inputs].map((file) => file.replaceAll(" ", "\\ "));
writeFileSync(join(out, "groups.d"), `${join(out, "groups.cc")}: ${escaped.join(" \\\n  ")}\n`);
