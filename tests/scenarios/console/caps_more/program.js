console.log(Array.from({ length: 201 }, (_, i) => i));
console.log(Array.from({ length: 200 }, (_, i) => i));
console.log(new Array(4294967295));
