"use strict";
const parts = require("./parts");
exports.ring = "half";
const ring = require("./ring.cjs");

function problem(name) {
  try {
    require(name);
    return "found";
  } catch (error) {
    return error;
  }
}

module.exports = () => ({
  parts: [parts.one, parts.two], ring: ring.seen, rows: require("./rows"), esm: require("./esm.mjs").default,
  index: require("./lib").default, main: require.main === module, paths: [__filename, __dirname],
  same: require("./parts.cjs") === parts, waits: problem("./waits.mjs").message,
  missing: [problem("./nope").code, problem("./nope").message],
  broken: [problem("./broken.cjs").message, problem("./broken.cjs").message],
});
