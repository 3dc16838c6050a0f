// SPDX-License-Identifier: Apache-2.0
// Runs a test program in Node's global scope: node node_host.cjs PROGRAM MARK
const { readFileSync } = require("node:fs");
const { runInThisContext } = require("node:vm");

const [, , program, mark] = process.argv;
const { log } = console;
const report = (error) => log(mark + JSON.stringify({ threw: String(error?.stack ?? error).slice(0, 600) }));
process.on("uncaughtException", report);
process.on("unhandledRejection", report);
runInThisContext(readFileSync(program, "utf8"), { filename: "program.js" });
