const parent = { name: "parent", children: [] };
parent.children.push({ parent, list: parent.children });
const map = new Map(); map.set("me", map);
const shared = { n: 1 };
console.log(parent, map);
console.log({ a: shared, b: shared });
