const chains = {
  cyclic: () => { const a = new Error("a"); const b = new Error("b", { cause: a }); a.cause = b; return a; },
  not_an_error: () => new Error("outer", { cause: { status: 500 } }),
  text: () => new Error("outer", { cause: "disk full" }),
  long: () => { let error = new Error("0"); for (let i = 1; i < 100; i++) error = new Error(`${i}`, { cause: error }); return error; },
  getter: () => Object.defineProperty(new Error("outer"), "cause", { get() { throw new Error("no cause for you"); } }),
};
export default (which) => { throw chains[which](); };
