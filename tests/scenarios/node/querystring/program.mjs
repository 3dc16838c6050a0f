// SPDX-License-Identifier: Apache-2.0
import querystring, { decode, parse, stringify } from "node:querystring";

export default () => ({
  parse: ["a=1&b=2&a=3", "x=%E4%BD%A0+y&=v&k", "a:1;b:2", "%zz=1", "a=1&&b", "__proto__=1"].map((text) => ({ ...parse(text) })),
  custom: { ...parse("a:1;b:2", ";", ":") }, limited: { ...parse("a=1&b=2&c=3", null, null, { maxKeys: 2 }) },
  stringify: [stringify({ a: [1, 2], b: "ü &", c: true, d: null, e: undefined, f: 10n, g: NaN }), stringify({ a: 1 }, ";", ":"), stringify("text")],
  escape: [querystring.escape("a b&ü"), querystring.unescape("a%20b%zz")], same: decode === parse,
});
