const values = {
  null: null,
  undefined: undefined,
  text: "just a text",
  long_text: "ä".repeat(500),
  number: NaN,
  bigint: 12n,
  symbol: Symbol("sign"),
  object: { status: 404, body: { reason: "gone" } },
  array: [1, "two"],
  frozen: Object.freeze({ message: "frozen but readable" }),
  no_prototype: Object.assign(Object.create(null), { a: 1 }),
  function: function thrower() {},
  proxy: new Proxy({ message: "from the target" }, { get() { console.log("trapped"); return "trap"; }, ownKeys() { console.log("trapped"); return []; } }),
  revoked: (() => { const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); return proxy; })(),
  promise: Promise.resolve(1),
};
export default (which) => {
  throw values[which];
};
