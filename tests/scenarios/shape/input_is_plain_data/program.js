export default (input) => ({
  own: Object.hasOwn(input, "__proto__"),
  polluted: {}.admin === true,
  last: input.twice,
  rounded: input.big,
  keys: Object.keys(input),
});
