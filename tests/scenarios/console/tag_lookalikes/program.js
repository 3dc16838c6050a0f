console.log({ $mayfly: "Map", entries: [["forged", 1]] });
console.log({ $mayfly: "number", value: "not a number" }, { "$mayfly:more": 5 });
