const cyclic = { name: "loop" };
cyclic.self = cyclic;
const results = {
  circular: cyclic,
  bigint: { id: 10n },
  to_json_throws: { toJSON() { throw new TypeError("toJSON says no"); } },
  getter_throws: { get x() { throw new RangeError("getter says no"); } },
};
export default (which) => results[which];
