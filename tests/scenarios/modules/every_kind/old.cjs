exports.named = require("./lib/util").twice(21);
