console.log(new Uint8Array([1, 2, 255]), new Float64Array([0.5, NaN]), new BigInt64Array([1n]), new Uint8ClampedArray(2));
console.log(new ArrayBuffer(8), new DataView(new ArrayBuffer(3)), new Uint8Array(0));
console.log(new Uint8Array(1000));
