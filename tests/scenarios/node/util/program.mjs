// SPDX-License-Identifier: Apache-2.0
import util, { callbackify, deprecate, inherits, isDeepStrictEqual, parseArgs, promisify, types } from "node:util";

export default async function () {
  const later = (value, done) => setTimeout(() => (value < 0 ? done(new Error("negative")) : done(null, value * 2)), 1);
  const doubled = promisify(later);
  const results = [await doubled(4), await doubled(-1).catch((error) => error.message)];
  await new Promise((resolve) => callbackify(async (x) => x + 1)(1, (error, value) => resolve(results.push(error, value))));
  await new Promise((resolve) => callbackify(async () => { throw null; })((error) => resolve(results.push(error.code, error.message))));
  function Parent() {}
  function Child() {}
  inherits(Child, Parent);
  const equal = [
    [{ a: [1, new Map([[1, { b: 2 }]])] }, { a: [1, new Map([[1, { b: 2 }]])] }], [[1, 2], [2, 1]], [NaN, NaN], [0, -0],
    [new Set([1, { a: 1 }]), new Set([{ a: 1 }, 1])], [new Date(1), new Date(1)], [/a/g, /a/i], [Object.create(null), {}],
    [new Uint8Array([1]), new Uint8Array([1])], [new Error("a"), new Error("a")], [[, 1], [undefined, 1]],
  ].map(([a, b]) => isDeepStrictEqual(a, b));
  let error;
  try { promisify(1); } catch (thrown) { error = [thrown.name, thrown.code, thrown.message, String(thrown)]; }
  const { values, positionals } = parseArgs({
    args: ["-v", "--name=x", "file", "--no-color"], allowPositionals: true, allowNegative: true,
    options: { verbose: { type: "boolean", short: "v" }, name: { type: "string" }, color: { type: "boolean" } },
  });
  return {
    results, equal, error, parsed: [{ ...values }, positionals], inherited: [Child.super_ === Parent, new Child() instanceof Parent],
    types: Object.keys(types).filter((name) => {
      const samples = [new Map(), new Date(), /x/, Promise.resolve(), new Proxy({}, {}), async () => {}, new Uint8Array(1), Object(1n), new Error(), [].keys()];
      return samples.some((sample) => types[name](sample));
    }).sort(),
    other: [
      util.stripVTControlCharacters("\u001b[31mred\u001b[0m"), util.toUSVString("a\ud800"), util.styleText("bold", "b", { validateStream: false }), typeof deprecate(() => {}, "old"),
      util.types.isProxy(new Proxy({}, {})), util.inspect.defaultOptions.depth, new util.TextDecoder().decode(new util.TextEncoder().encode("é")),
      util.getSystemErrorName(-2), `${new util.MIMEType("text/html; charset=utf-8")}`, util.isArray([]),
      util.diff("abc", "abd"), Object.entries(util.parseEnv("A=1\nB='two words'\n# note\nC=\"x\\ny\"")),
    ],
  };
}
