// SPDX-License-Identifier: Apache-2.0
// The few places where a module of Node's library is changed while it is bundled. A text that is not found is an error
// of the build: the library is the provider's, and another version may need another change.

const changes = {
  // Node calls initializeDebugEnv at start; here there is no NODE_DEBUG to read.
  "internal/util/debuglog": [
    ["let debugImpls;\nlet testEnabled;", "let debugImpls = {};\nlet testEnabled = () => false;"],
  ],
  // Three hundred classes take milliseconds to make, and a program needs a handful: each is made when it is asked for.
  "internal/errors": [
    ["const codes = {};", `const pendingCodes = new Map();
const codes = new Proxy({}, {
  get(made, sym) {
    const given = pendingCodes.get(sym);
    if (given !== undefined) {
      pendingCodes.delete(sym);
      makeCode(...given);
    }
    return made[sym];
  },
});`],
    ["function E(sym, val, def, ...otherClasses) {", `function E(...given) {
  messages.set(given[0], given[1]);
  pendingCodes.set(given[0], given);
}

function makeCode(sym, val, def, ...otherClasses) {`],
  ],
};

export function changed(id, text) {
  for (const [from, to] of changes[id] ?? []) {
    if (text.split(from).length !== 2) throw new Error(`node_changes.mjs: ${id} of this provider has no ${from}`);
    text = text.replace(from, () => to);
  }
  return text;
}
