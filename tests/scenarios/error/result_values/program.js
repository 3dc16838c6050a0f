const results = {
  to_json: { toJSON: () => ({ from: "toJSON" }) },
  to_json_nothing: { toJSON: () => undefined },
  function: () => 1,
  symbol: Symbol("s"),
  lone_surrogate: "\ud800 alone",
  separators: "\u2028\u2029\u0000\u007f",
  negative_zero: -0,
  not_a_number: NaN,
  map: new Map([[1, 2]]),
  deep: JSON.parse("[".repeat(500) + "]".repeat(500)),
};
export default (which) => results[which];
