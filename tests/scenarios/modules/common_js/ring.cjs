exports.seen = require("./main.cjs").ring;
