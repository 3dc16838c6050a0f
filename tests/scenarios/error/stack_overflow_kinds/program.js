const deep = 200_000;
const nested = (open, close) => open.repeat(deep) + close.repeat(deep);
const kinds = {
  json_parse: () => JSON.parse(nested("[", "]")),
  json_stringify: () => { let value = {}; for (let i = 0; i < deep; i++) value = { value }; return JSON.stringify(value).length; },
  regexp: () => new RegExp(nested("(", ")")).test("x"),
  proxy: () => { let target = {}; for (let i = 0; i < deep; i++) target = new Proxy(target, {}); return target.x; },
  sort: () => { const compare = () => [2, 1].sort(compare).length; return compare(); },
  getter: () => { const o = { get x() { return this.x; } }; return o.x; },
  to_string: () => { const a = []; a[0] = { toString: () => String(a) + a.map(String) }; return String(a[0]); },
  clone: () => { let value = {}; for (let i = 0; i < deep; i++) value = { value }; return typeof structuredClone(value); },
  console: () => { let value = {}; for (let i = 0; i < deep; i++) value = { value }; console.log(value); return "logged"; },
  bound: () => { let f = () => 1; for (let i = 0; i < deep; i++) f = f.bind(null); return f(); },
  concat: () => { let s = ""; for (let i = 0; i < deep; i++) s = "a" + s + "b"; return s.length === 2 * deep && s.at(-1) === "b"; },
  flat: () => { let a = []; for (let i = 0; i < deep; i++) a = [a]; return a.flat(Infinity).length; },
};
export default (which) => {
  try {
    return String(kinds[which]());
  } catch (error) {
    return error.name;
  }
};
