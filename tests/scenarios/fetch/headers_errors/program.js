const kind = (run) => { try { run(); return "ok"; } catch (error) { return error.name; } };
export default () => {
  const order = [];
  const watched = new Proxy({ a: "1", b: "2" }, {
    ownKeys: (target) => { order.push("ownKeys"); return Reflect.ownKeys(target); },
    getOwnPropertyDescriptor: (target, key) => { order.push(`descriptor ${key}`); return Reflect.getOwnPropertyDescriptor(target, key); },
    get: (target, key) => { order.push(`get ${String(key)}`); return target[key]; },
  });
  new Headers(watched);
  return {
    badName: kind(() => new Headers({ "a b": "c" })),
    emptyName: kind(() => new Headers().get("")),
    badValue: ["a\nb", "a\0b", "\u0100", Symbol()].map((value) => kind(() => new Headers().append("a", value))),
    trimmed: kind(() => new Headers().append("a", "\r\n b \t")),
    pairs: [[["a"]], [["a", "b", "c"]], ["ab"], [1], "ab", null, 5, [null]].map((init) => kind(() => new Headers(init))),
    symbolKey: kind(() => new Headers({ [Symbol()]: "x" })),
    missing: ["append", "delete", "get", "has", "set"].map((name) => kind(() => new Headers()[name]())),
    immutable: kind(() => Response.redirect("http://a.example/").headers.set("a", "b")),
    withoutNew: kind(() => Headers()),
    order,
  };
};
