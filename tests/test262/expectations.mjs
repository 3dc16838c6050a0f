// SPDX-License-Identifier: Apache-2.0
// What Node passes and Mayfly need not, and why. Each rule has a reason and one or more of
//   feature   the test names this feature
//   source    the test's text matches this regular expression
//   message   the failure's message does
//   path      the test's path begins with this
// A rule excuses a test when all that it names hold.

import { readFileSync } from "node:fs";

export class Expectations {
  #rules;

  constructor(file) {
    this.#rules = JSON.parse(readFileSync(file, "utf8")).map((rule) => {
      if (!rule.reason) throw new Error(`${file}: a rule needs a reason: ${JSON.stringify(rule)}`);
      return { ...rule, count: 0 };
    });
  }

  // The reason why a test may fail, if there is one.
  excuse(test, message) {
    const rule = this.#rules.find((entry) => holds(entry, test, message));
    if (rule) rule.count += 1;
    return rule?.reason;
  }

  // How many tests each rule excused. A rule without any is not needed.
  get counts() {
    return this.#rules.map(({ reason, count }) => ({ reason, count }));
  }
}

function holds({ feature, source, message, path }, test, failure) {
  return (feature === undefined || test.features.includes(feature))
    && (source === undefined || new RegExp(source).test(test.text))
    && (message === undefined || new RegExp(message).test(failure))
    && (path === undefined || test.path.startsWith(path));
}
