// SPDX-License-Identifier: Apache-2.0
// One test case becomes one script: environment, harness, helpers, test, and the promise that it is over.

import { existsSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { Script } from "node:vm";

const ENVIRONMENT = readFileSync(new URL("environment.js", import.meta.url), "utf8");
// A line of output that begins with this is a result. Tests may print too.
export const MARK = "\u0001wpt:";

// With a timeout in milliseconds the harness gives up by itself.
export function programOf(test, timeout) {
  const { path } = test.test;
  const relativeRequests = path.startsWith("/fetch/") && !path.includes("idlharness");
  const parameters = { url: test.url, mark: MARK, files: inlinedFiles(test), timeout, relativeRequests };
  return [
    `const wptParameters = ${JSON.stringify(parameters)};`,
    ENVIRONMENT,
    bareHarness(readFileSync(`${test.root}/resources/testharness.js`, "utf8")),
    "wptRun.start({ addResult: add_result_callback, addCompletion: add_completion_callback, expire: timeout });",
    test.title === undefined ? "" : `wptRun.define("META_TITLE", ${JSON.stringify(test.title)});`,
    ...test.pieces.map((piece) => helperText(piece, test)),
    guarded(test.test.text),
    "wptRun.finished;",
  ].join("\n;\n");
}

// The harness guesses what kind of page or worker it is in. Here it is always a plain shell.
function bareHarness(text) {
  const guess = "var test_environment = create_test_environment();";
  if (!text.includes(guess)) throw new Error("this testharness.js chooses its environment in an unknown way");
  return text.replace(guess, "var test_environment = new ShellTestEnvironment();");
}

function helperText({ path, text }, test) {
  if (path !== "/resources/idlharness.js") return text;
  // Interfaces are tested as in a dedicated worker. Its objects are made from texts, and a text is not code here: each
  // string of the test that is an expression becomes a function.
  const scope = "{ [Symbol.hasInstance]: (value) => value === globalThis }";
  return `wptRun.define("DedicatedWorkerGlobalScope", ${scope});
${text.replaceAll("eval(desc)", "wptExpressions[desc]()")}
const wptExpressions = { __proto__: null, ${expressionsOf(test).join(", ")} };`;
}

function expressionsOf(test) {
  const literals = ownPieces(test).flatMap(({ text }) => [...text.matchAll(/'([^'\\\n]+)'|"([^"\\\n]+)"|`([^`\\]+)`/g)]);
  const unique = new Set(literals.map(([, single, double, template]) => single ?? double ?? template));
  return [...unique].filter((text) => parses(`(${text})`)).map((text) => `${JSON.stringify(text)}: () => (${text})`);
}

// A test that throws outside of any test must not keep the others from being reported. In a block `var` and functions
// stay global; strict tests need a function, because a directive counts only at the head of one.
function guarded(text) {
  const inBlock = `try {\n${text}\n} catch (error) { wptRun.threw(error); }`;
  const inFunction = `try { (function () {${text}\n}).call(globalThis); } catch (error) { wptRun.threw(error); }`;
  const strict = /^(\s|\/\/.*|\/\*[^]*?\*\/)*(["'])use strict\2/.test(text);
  return !strict && parses(inBlock) ? inBlock : inFunction;
}

function parses(text) {
  try {
    new Script(text);
    return true;
  } catch {
    return false;
  }
}

// The test and its helpers, without those of the harness.
function ownPieces({ pieces, test }) {
  return [...pieces.filter(({ path }) => !path.startsWith("/resources/")), test];
}

// Files that the test fetches: whatever string names one in the checkout, and the interfaces it is tested against.
function inlinedFiles(test) {
  const { root } = test;
  const files = {};
  const add = (path) => {
    if (!existsSync(root + path)) return;
    const bytes = readFileSync(root + path);
    files[path] = /\.(json|txt|idl)$/.test(path) ? { text: bytes.toString() } : { base64: bytes.toString("base64") };
  };
  for (const { path, text } of ownPieces(test)) {
    for (const [, name] of text.matchAll(/["'`]([\w./-]+\.(?:json|txt|idl|webm|mp4|ogv))["'`]/g)) {
      // A helper's reference is relative to the test that loads it.
      add(posix.resolve(posix.dirname(test.test.path), name));
      add(posix.resolve(posix.dirname(path), name));
    }
    for (const [call] of text.matchAll(/\bidl_test(?:_shadowrealm)?\(\s*\[[^\]]*\]\s*,\s*\[[^\]]*\]/g)) {
      for (const [, spec] of call.matchAll(/["']([^"']+)["']/g)) add(`/interfaces/${spec}.idl`);
    }
  }
  return files;
}
