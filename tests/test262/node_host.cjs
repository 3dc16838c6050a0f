// SPDX-License-Identifier: Apache-2.0
// Runs one program in Node's global scope and prints what became of it, in the words of Mayfly's outcomes.
const { readFileSync } = require("node:fs");
const { Script } = require("node:vm");

const { stringify } = JSON;
const { log } = console;
const { exit } = process;
const print = (outcome) => {
  log(stringify(outcome));
  exit(0);
};
const fail = (code) => (error) => {
  print({ status: "error", error: { code, name: error?.constructor?.name, message: String(error?.message ?? error) } });
};

process.on("uncaughtException", fail("E_EXCEPTION"));
process.on("unhandledRejection", fail("E_REJECTION"));
process.on("beforeExit", () => fail("E_UNSETTLED")(new Error("nothing can settle it")));

let script;
try {
  script = new Script(readFileSync(process.argv[2], "utf8"), { filename: "program.js" });
} catch (error) {
  fail("E_SYNTAX")(error);
}
const value = script.runInThisContext();
if (value instanceof Promise) value.then((result) => print({ status: "ok", result }), fail("E_EXCEPTION"));
else setImmediate(() => print({ status: "ok" }));
