console.log("\x1b[2J\x1b[31mred\x07\x9b31m\x7f\r\u0000");
console.log({ "\x1b[1mkey": "\x1b]0;title\x07", list: ["\u0085"] }, Symbol("\x1b[3m"), new Error("\x1b[4m"), { ["\x1b"]() {} });
console.log("%s", "\x1b[5m");
console.log("forged\nERROR a line of its own");
throw Object.assign(new Error("message \x1b[6m\r"), { name: "Na\x1b[8mme" });
