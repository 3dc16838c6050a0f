// SPDX-License-Identifier: Apache-2.0
// Which tests are run, and what the comment at the head of each asks for.

import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";

// Everything in these is run, because Mayfly touches what they test: its clock, its random numbers, its allocator of
// buffers, its global object, its collection of garbage, its way with errors.
export const WHOLE_FOLDERS = [
  "test/built-ins/ArrayBuffer", "test/built-ins/AsyncFunction", "test/built-ins/Date/now", "test/built-ins/Error",
  "test/built-ins/FinalizationRegistry", "test/built-ins/Math/random", "test/built-ins/Temporal/Now",
  "test/built-ins/WeakRef", "test/built-ins/global", "test/language/global-code",
];
// Of these every Nth file.
export const SAMPLED_FOLDERS = ["test/language", "test/built-ins", "test/annexB"];

export function filesBelow(root, path) {
  if (statSync(`${root}/${path}`).isFile()) return [path];
  return readdirSync(`${root}/${path}`, { recursive: true })
    .filter((name) => name.endsWith(".js") && !name.includes("_FIXTURE"))
    .map((name) => `${path}/${name}`)
    .sort();
}

export function sample(root, every) {
  const present = (folder) => existsSync(`${root}/${folder}`);
  const nth = (folder) => filesBelow(root, folder).filter((_, index) => index % every === 0);
  const whole = WHOLE_FOLDERS.filter(present).flatMap((folder) => filesBelow(root, folder));
  return [...new Set([...SAMPLED_FOLDERS.filter(present).flatMap(nth), ...whole])].sort();
}

// The comment is YAML, of which the tests use a small part: scalars, flow lists and lists with dashes.
export function readTest(root, path) {
  const text = readFileSync(`${root}/${path}`, "utf8");
  const comment = /\/\*---(.*?)---\*\//s.exec(text)?.[1].replaceAll("\r\n", "\n") ?? "";
  const negative = /^negative:\s*\n((?:[ \t]+.*\n?)+)/m.exec(comment)?.[1];
  return {
    path, text,
    flags: new Set(listIn(comment, "flags")),
    includes: listIn(comment, "includes"),
    features: listIn(comment, "features"),
    negative: negative && { phase: wordIn(negative, "phase"), type: wordIn(negative, "type") },
  };
}

function listIn(comment, key) {
  const flow = new RegExp(`^${key}:\\s*\\[([^\\]]*)\\]`, "m").exec(comment)?.[1];
  if (flow !== undefined) return flow.split(",").map((item) => item.trim()).filter(Boolean);
  const dashes = new RegExp(`^${key}:[ \\t]*\\n((?:[ \\t]*- .*\\n?)+)`, "m").exec(comment)?.[1] ?? "";
  return [...dashes.matchAll(/- (.*)/g)].map(([, item]) => item.trim());
}

const wordIn = (text, key) => new RegExp(`^\\s*${key}:\\s*(\\S+)`, "m").exec(text)?.[1];

// A test runs in sloppy and in strict mode, unless it says otherwise.
export function modesOf({ flags }) {
  if (flags.has("onlyStrict")) return ["strict"];
  if (flags.has("raw") || flags.has("noStrict")) return ["sloppy"];
  return ["sloppy", "strict"];
}
