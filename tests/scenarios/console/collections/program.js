console.log(new Map([["a", 1], [{ key: true }, [2]]]), new Set(["x", new Set([1])]));
console.log(new Map(), new Set(), new WeakMap(), new WeakSet());
console.log(new Map([[NaN, undefined]]));
