const fs = require("fs");
module.exports = async () => fs.readFileSync("/etc/passwd", "utf8");
