// SPDX-License-Identifier: Apache-2.0
// From a folder of a checkout to test cases: which files are tests, what their META lines ask for, which need a page.

import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { posix } from "node:path";

const TEST_NAME = /\.(any|window|worker)\.js$/;
const NOT_TESTS = /(^|\/)(resources|support|tools|third_party|META)(\/|$)/;
// Scopes that a bare global scope can stand for.
const RUNNABLE_SCOPES = new Set(["window", "worker", "dedicatedworker", "jsshell"]);
const PAGE = /\b(document|window|iframe|frames|opener|XMLHttpRequest)\b|\bnew (Shared)?Worker\(/;
const ORIGIN = "https://web-platform.test";
const PLACEHOLDERS = new Map([
  ["host", "web-platform.test"], ["hosts[][]", "web-platform.test"], ["hosts[][www]", "www.web-platform.test"],
  ["hosts[alt][]", "not-web-platform.test"],
  ["domains[www]", "www.web-platform.test"], ["domains[]", "web-platform.test"],
  ["ports[http][0]", "80"], ["ports[https][0]", "443"], ["location[host]", "web-platform.test"],
  ["location[scheme]", "https"], ["location[server]", ORIGIN],
]);

export class Checkouts {
  constructor(roots) {
    this.roots = roots;
  }

  // The checkout that a path of a test is taken from: the first one that has it. Its helpers come from the same one.
  rootOf(path) {
    return this.roots.find((root) => existsSync(`${root}/${path}`));
  }

  // Test cases below a folder, or of one file.
  casesOf(path) {
    const clean = path.replace(/\/+$/, "").replace(/\?.*/, "");
    const root = this.rootOf(clean);
    if (root === undefined) throw new Error(`no checkout has ${path}`);
    const files = statSync(`${root}/${clean}`).isFile() ? [clean] : testFilesBelow(root, clean);
    const variant = path.match(/\?.*/)?.[0];
    return files.flatMap((file) => casesOfFile(root, file)).filter((test) => !variant || test.name.endsWith(variant));
  }
}

function testFilesBelow(root, folder) {
  return readdirSync(`${root}/${folder}`, { recursive: true })
    .map((name) => posix.join(folder, name))
    .filter((name) => TEST_NAME.test(name) && !NOT_TESTS.test(posix.dirname(name)))
    .sort();
}

function casesOfFile(root, file) {
  const text = readSubstituted(root, `/${file}`);
  const meta = metaOf(text);
  const pieces = [...meta.scripts, ...importedScripts(text)].map((script) => pieceOf(root, file, script));
  const test = { path: `/${file}`, text: withoutImports(text) };
  const long = meta.timeout === "long";
  const skip = reasonToSkip(file, meta, [...pieces, test]);
  return (meta.variants.length > 0 ? meta.variants : [""]).map((variant) => ({
    root, name: file + variant, url: `${ORIGIN}/${file.replace(/\.js$/, ".html")}${variant}`,
    title: meta.title, pieces, test, long, skip,
  }));
}

function metaOf(text) {
  const meta = { scripts: [], variants: [], scopes: undefined, timeout: undefined, title: undefined };
  for (const [, key, value] of text.matchAll(/^\/\/ META: (\w+)=(.*)$/gm)) {
    if (key === "script") meta.scripts.push(value.trim());
    if (key === "variant") meta.variants.push(value.trim());
    if (key === "global") meta.scopes = value.split(",").map((scope) => scope.trim());
    if (key === "timeout" || key === "title") meta[key] = value.trim();
  }
  return meta;
}

const IMPORT_SCRIPTS = /^\s*importScripts\(([^)]*)\);?\s*$/gm;

function importedScripts(text) {
  const lists = [...text.matchAll(IMPORT_SCRIPTS)].map(([, list]) => [...list.matchAll(/["']([^"']+)["']/g)]);
  return lists.flat().map(([, script]) => script).filter((script) => script !== "/resources/testharness.js");
}

const withoutImports = (text) => text.replace(IMPORT_SCRIPTS, "");

function pieceOf(root, file, script) {
  const path = posix.resolve(`/${posix.dirname(file)}`, script);
  if (!existsSync(root + path)) return { path, missing: true };
  return { path, text: withoutImports(readSubstituted(root, path)) };
}

// What the test server of the web-platform-tests does to files with ".sub." in their names.
function readSubstituted(root, path) {
  const text = readFileSync(root + path, "utf8");
  if (!posix.basename(path).includes(".sub.")) return text;
  return text.replace(/\{\{([^}]*)\}\}/g, (_, name) => PLACEHOLDERS.get(name.replace(/\s/g, "")) ?? "");
}

function reasonToSkip(file, { scopes }, pieces) {
  const missing = pieces.find((piece) => piece.missing);
  if (missing) return `the checkout lacks ${missing.path}`;
  if (scopes && !scopes.some((scope) => RUNNABLE_SCOPES.has(scope))) return `runs in ${scopes.join(", ")} only`;
  const needsPage = ({ path, text }) => !path.startsWith("/resources/") && PAGE.test(text);
  return !file.endsWith(".any.js") && pieces.some(needsPage) ? "needs a page or a worker" : undefined;
}
