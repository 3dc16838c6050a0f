// SPDX-License-Identifier: Apache-2.0
// What is known to fail, and why. A failure that is not listed is an error, and so is a line that is not true any more.
//
//   expectations/url.json   all files below url/
//   { "pending": REASON }                                     nothing is compared yet
//   { "skipped": [{ "file", "reason" }],                      not run at all
//     "failing": [{ "file", "status", "reason" },             the file as a whole is not OK
//                 { "file", "subtests": [...], "reason" },    these fail
//                 { "file", "pattern", "reason" }] }          all whose name matches the regular expression fail
//
// In "file" a * stands for anything. A file with variants has a name for each: url/url-setters.any.js?include=file.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export const UNEXPLAINED = "not looked into yet";
// From here on a file whose subtests all fail gets one pattern instead of their names.
const MANY = 10;

export const topOf = (name) => name.split("/")[0];

const matcher = (glob) => {
  const parts = glob.split("*").map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, "\\$&"));
  const regex = new RegExp(`^${parts.join(".*")}$`, "s");
  return (name) => regex.test(name);
};

export class Expectations {
  #areas = new Map();

  constructor(folder) {
    this.folder = folder;
  }

  area(name) {
    const top = topOf(name);
    if (!this.#areas.has(top)) this.#areas.set(top, this.#read(top));
    return this.#areas.get(top);
  }

  reasonToSkip(name) {
    return this.area(name).skipped.find((entry) => entry.matches(name))?.reason;
  }

  // Sentences about one file's outcome, each a reason to fail the run.
  compare(name, outcome) {
    const area = this.area(name);
    if (area.pending !== undefined) return [];
    const entries = area.failing.filter((entry) => entry.matches(name));
    return [...statusProblems(name, outcome, entries), ...subtestProblems(name, outcome, entries)];
  }

  // Areas of which nothing is compared, and what to say about those that do not need that any more.
  pending(outcomes) {
    const tops = [...new Set([...outcomes.keys()].map(topOf))].filter((top) => this.area(top).pending !== undefined);
    const fine = ([, outcome]) => outcome.status === "OK" && failuresOf(outcome).length === 0;
    const all = (top) => [...outcomes].filter(([name]) => topOf(name) === top).every(fine);
    return {
      notes: tops.map((top) => `${top} is not compared: ${this.area(top).pending}`),
      problems: tops.filter(all).map((top) => `${top}: everything passes; remove "pending"`),
    };
  }

  // Entries about files that were asked for and do not exist.
  staleEntries(paths, names) {
    const areas = [...new Set(paths.map(topOf))].map((top) => this.area(top));
    const entries = areas.flatMap(({ failing, skipped }) => [...failing, ...skipped]);
    const asked = entries.filter(({ file }) => paths.some((path) => file === path || file.startsWith(`${path}/`)));
    return asked.filter((entry) => !names.some((name) => entry.matches(name)))
      .map(({ file }) => `${file}: there is no such test; remove this line`);
  }

  // Rewrites the entries about the given outcomes; what still holds keeps its reason.
  update(outcomes) {
    for (const top of new Set([...outcomes.keys()].map(topOf))) {
      const own = [...outcomes].filter(([name]) => topOf(name) === top);
      const { skipped, failing } = this.area(top);
      const kept = failing.flatMap((entry) => stillTrue(entry, own));
      const added = own.flatMap(([name, outcome]) => missingEntries(name, outcome, kept));
      this.#write(top, { skipped, failing: [...kept, ...added] });
    }
  }

  #path(top) {
    return join(this.folder, `${top}.json`);
  }

  #read(top) {
    const path = this.#path(top);
    const { pending, skipped = [], failing = [] } = existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : {};
    const known = (entry) => {
      if (!entry.file || !entry.reason) throw new Error(`${path}: needs "file" and "reason": ${JSON.stringify(entry)}`);
      const pattern = entry.pattern === undefined ? undefined : new RegExp(entry.pattern, "s");
      return { ...entry, matches: matcher(entry.file), names: new Set(entry.subtests), regex: pattern };
    };
    return { pending, skipped: skipped.map(known), failing: failing.map(known) };
  }

  #write(top, { skipped, failing }) {
    const plain = ({ file, status, subtests, pattern, reason }) => ({ file, status, subtests, pattern, reason });
    const sorted = failing.map(plain).sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0));
    const content = { skipped: skipped.length > 0 ? skipped.map(plain) : undefined, failing: sorted };
    writeFileSync(this.#path(top), `${JSON.stringify(content, null, 2)}\n`);
  }
}

const covers = (entry, subtest) => entry.names.has(subtest) || (entry.regex?.test(subtest) ?? false);

function statusProblems(name, { status, message }, entries) {
  const expected = entries.find((entry) => entry.status !== undefined)?.status ?? "OK";
  if (status === expected) return [];
  if (status === "OK") return [`${name}: is OK now; remove the line that expects ${expected}`];
  return [`${name}: ${status}, expected ${expected}: ${message ?? ""}`];
}

function subtestProblems(name, { status, subtests }, entries) {
  const problems = [];
  for (const { name: subtest, status: verdict, message } of subtests) {
    const listed = entries.some((entry) => covers(entry, subtest));
    if (verdict === "PASS" && listed) problems.push(`${name}: passes now; remove this line: ${subtest}`);
    if (verdict !== "PASS" && !listed) problems.push(`${name}: ${verdict}: ${subtest}: ${message ?? ""}`);
  }
  // A file that was cut short says nothing about the subtests it did not reach.
  if (status !== "OK") return problems;
  const present = new Set(subtests.map((subtest) => subtest.name));
  const gone = entries.flatMap((entry) => [...entry.names]).filter((subtest) => !present.has(subtest));
  return [...problems, ...gone.map((subtest) => `${name}: has no such subtest; remove this line: ${subtest}`)];
}

const failuresOf = ({ subtests }) => subtests.filter(({ status }) => status !== "PASS").map(({ name }) => name);

function stillTrue(entry, outcomes) {
  const own = outcomes.filter(([name]) => entry.matches(name)).map(([, outcome]) => outcome);
  if (own.length === 0) return [entry];
  if (entry.status !== undefined) return own.every(({ status }) => status === entry.status) ? [entry] : [];
  const failing = new Set(own.flatMap(failuresOf));
  if (entry.regex) {
    const isWrong = ({ name, status }) => status === "PASS" && covers(entry, name);
    const passes = own.some(({ subtests }) => subtests.some(isWrong));
    return !passes && [...failing].some((name) => covers(entry, name)) ? [entry] : [];
  }
  const subtests = entry.subtests.filter((name) => failing.has(name));
  return subtests.length > 0 ? [{ ...entry, subtests, names: new Set(subtests) }] : [];
}

function missingEntries(name, outcome, kept) {
  const entries = kept.filter((entry) => entry.matches(name));
  const added = [];
  if (outcome.status !== "OK" && !entries.some((entry) => entry.status === outcome.status)) {
    added.push({ file: name, status: outcome.status, reason: UNEXPLAINED });
  }
  const failing = failuresOf(outcome).filter((subtest) => !entries.some((entry) => covers(entry, subtest)));
  if (failing.length === 0) return added;
  const all = failing.length >= MANY && failing.length === outcome.subtests.length;
  return [...added, { file: name, ...(all ? { pattern: "" } : { subtests: failing }), reason: UNEXPLAINED }];
}
