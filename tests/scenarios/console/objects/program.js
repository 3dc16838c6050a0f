class Point { constructor(x) { this.x = x; } get twice() { return this.x * 2; } }
class Named extends Point {}
console.log(new Point(1), new Named(2), Object.create(null), Object.create({ inherited: 1 }));
console.log(new Date(0), new Date(NaN), /a\/b+/, function named() {}, class Shape {}, async () => 1);
console.log([1, , 3], [undefined], Object.assign([1], { extra: 2 }), { 1: "a", b: { c: [{ d: 1 }] } });
console.log(Promise.resolve(1), new Promise(() => {}), globalThis.Math.constructor.name, { [Symbol("hidden")]: 1, shown: 1 });
console.log(Object("boxed"), Object(1), (function () { return arguments; })(1, 2));
