export default () => {
  const headers = new Headers({ "X-B": " two ", accept: "a/b", "SET-COOKIE": "a=1" });
  headers.append("Set-Cookie", "b=2");
  headers.append("accept", "c/d");
  headers.set("x-a", "");
  const walked = [];
  for (const [name] of headers) {
    walked.push(name);
    if (name === "accept") headers.delete("x-a");
    if (name === "x-b") headers.append("x-c", "added while walking");
  }
  const bySequence = new Headers([["b", "1"], ["a", "2"], new Set(["B", "3"])]);
  const fromMap = new Headers(new Map([["k", "v"]]));
  const copy = new Headers(headers);
  copy.set("accept", "changed");
  return {
    list: [...headers],
    cookies: headers.getSetCookie(),
    cookie: headers.get("set-cookie"),
    walked,
    bySequence: [...bySequence.entries()],
    fromMap: fromMap.get("K"),
    copy: [copy.get("accept"), headers.get("accept")],
    missing: [headers.get("nope"), headers.has("nope")],
    latin1: new Headers({ a: "caf\u00e9" }).get("a"),
    each: (() => {
      const seen = [];
      fromMap.forEach(function (value, name, all) { seen.push(value, name, all === fromMap, this.tag); }, { tag: 7 });
      return seen;
    })(),
    names: [Headers.name, Headers.length, String(new Headers()), String(headers.entries()), Headers.prototype[Symbol.iterator].name],
    keys: Object.keys(Headers.prototype).sort(),
  };
};
