// SPDX-License-Identifier: Apache-2.0
// Node's own JavaScript library as a source of modules: the V8 provider carries its text, and the build takes from it
// what the `node:` builtins need. So `node:util` in a guest is the util of the provider's version, and nothing is
// copied into this repository.
//
// A group whose entry in groups.json has `library` is made of it: a name means that the group is that module, a list
// that it holds those modules for other groups. What a module requires is, in this order: a group that provides
// it; a file that stands in for it in src/node-core/instead/; absent, if it is listed so; or bundled into the group.
import buffer from "node:buffer";
import { existsSync } from "node:fs";
import os from "node:os";
import { join } from "node:path";
import process from "node:process";
import util from "node:util";

import { changed } from "./node_changes.mjs";

const SPACE = "node-library";
// Evaluated by the provider's own Node, so that library and V8 always fit each other.
const texts = process.binding("natives");

// Modules behind features that a guest does not have. Each member throws an error that names it when it is called.
const ABSENT = new Set([
  "child_process", "fs", "internal/abort_listener", "internal/blob", "internal/crypto/keys", "internal/crypto/random",
  "internal/data_url", "internal/fs/glob", "internal/modules/helpers", "internal/process/execution",
  "internal/process/warning", "internal/promise_hooks", "internal/source_map/source_map_cache",
  "internal/streams/iter/classic", "internal/streams/iter/types", "internal/tty", "internal/util/debounce", "internal/util/throttle", "internal/webstreams/adapters", "internal/worker/io", "vm",
]);

const absent = (id) => `module.exports = require("mayfly:realm").absent(${JSON.stringify(id)});`;
const provided = (group) => `module.exports = require("group:${group.name}");`;
const held = (group, id) => `module.exports = require("group:${group.name}")[${JSON.stringify(id)}];`;

/** The specifiers that a group answers to. */
export function builtinsOf({ builtins, library }) {
  return builtins ?? (typeof library === "string" ? [`node:${library}`, library] : []);
}

/** The text that a group of the library starts from. */
export function libraryEntry({ library }) {
  if (typeof library === "string") return `module.exports = require("node:${library}");`;
  const member = (id) => `  get ${JSON.stringify(id)}() { return require(${JSON.stringify(id)}); },`;
  return `module.exports = {\n${library.map(member).join("\n")}\n};`;
}

// What differs between versions and platforms, as the provider has it.
function system() {
  const { MAX_LENGTH, MAX_STRING_LENGTH } = buffer.constants;
  return `module.exports = ${JSON.stringify({
    versions: process.versions, version: process.version, arch: process.arch, release: { name: process.release.name },
    bufferConstants: { MAX_LENGTH, MAX_STRING_LENGTH }, signals: os.constants.signals,
    errors: [...util.getSystemErrorMap()],
  })};`;
}

// What Node's loader gives each module besides `require`.
function wrapped(id) {
  const text = changed(id, texts[id]);
  const given = ["primordials", "internalBinding", "process"].filter((name) => new RegExp(`\\b${name}\\b`).test(text));
  return given.length === 0 ? text : `const { ${given.join(", ")} } = require("mayfly:realm");\n${text}`;
}

/** An esbuild plugin that resolves what modules of the library require, on behalf of one group. */
export function nodeLibrary(group, groups, sources) {
  const providers = new Map();
  const holders = new Map();
  for (const each of groups) {
    for (const name of builtinsOf(each)) providers.set(name.replace(/^node:/, ""), each);
    for (const id of Array.isArray(each.library) ? each.library : []) holders.set(id, each);
  }
  const instead = (id) => [".ts", ".cts"]
    .map((end) => join(sources, "node-core/instead", id.replaceAll("/", "_") + end)).find((path) => existsSync(path));
  const resolve = ({ path, kind }) => {
    if (kind === "entry-point" || /^([./]|group:|native:)/.test(path)) return undefined;
    const id = path.replace(/^node:/, "");
    const holder = holders.get(id);
    const provider = providers.get(id);
    if (holder && holder !== group) return { path: id, namespace: SPACE, pluginData: held(holder, id) };
    // A group of our own that asks for itself gets what it has exported so far.
    if (!holder && provider && (provider !== group || group.library === undefined)) {
      return { path: id, namespace: SPACE, pluginData: provided(provider) };
    }
    const standIn = instead(id);
    if (standIn) return { path: standIn };
    if (id === "mayfly:realm") return { path: join(sources, "node-core/realm.ts") };
    if (id === "mayfly:system") return { path: id, namespace: SPACE, pluginData: system() };
    if (ABSENT.has(id)) return { path: id, namespace: SPACE, pluginData: absent(id) };
    return id in texts ? { path: id, namespace: SPACE, pluginData: wrapped(id) } : undefined;
  };
  return {
    name: "node-library",
    setup(build) {
      build.onResolve({ filter: /.*/ }, resolve);
      build.onLoad({ filter: /.*/, namespace: SPACE }, ({ pluginData }) => ({
        contents: pluginData, loader: "js", resolveDir: sources,
      }));
    },
  };
}

/** Modules of the library that more than one group bundled: they would exist twice in a program. */
export function bundledTwice(bundles) {
  const owners = new Map();
  for (const { group, inputs } of bundles) {
    for (const [id, { bytes }] of inputs) {
      // A module of one line only hands on what another group provides.
      if (id.startsWith(`${SPACE}:`) && bytes > 200) owners.set(id, [...(owners.get(id) ?? []), group.name]);
    }
  }
  return [...owners].filter(([, names]) => names.length > 1).map(([id, names]) => `${id}: ${names.join(", ")}`);
}
