function inner() {
  console.trace("here", { n: 1 });
}
console.countReset("never");
console.time("twice");
console.time("twice");
console.timeLog("none");
console.group("a");
console.clear();
console.log("not indented");
console.assert(false, "%d of %s", 1, "x");
console.assert(false, { n: 1 });
inner();
[
  Object.prototype.toString.call(console),
  Object.keys(Object.getPrototypeOf(console)).length,
  Object.getPrototypeOf(Object.getPrototypeOf(console)) === Object.prototype,
  Object.keys(console).join(),
];
