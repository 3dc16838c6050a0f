console.log("text", 1, -1.5, true, null, undefined);
console.log(NaN, Infinity, -Infinity, -0, 0);
console.log(12345678901234567890n, 0n, -5n, 1e21, 1.7976931348623157e308, 5e-324, 0.1 + 0.2);
console.log(Symbol("sign"), Symbol(), Symbol.iterator, Symbol.for("shared"));
