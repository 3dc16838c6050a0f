export default () => {
  const original = {
    map: new Map([["a", { n: 1 }]]), set: new Set([1, "two"]), date: new Date(86400000), regexp: /a+/gi, big: 10n ** 20n,
    bytes: new Uint8Array([1, 2, 3]), nested: [[]], nothing: undefined, error: new RangeError("copied", { cause: "why" }), hole: [1, , 3],
    view: new DataView(new ArrayBuffer(4), 1, 2), boxed: Object(7), zero: -0,
  };
  original.self = original;
  const copy = structuredClone(original);
  return {
    fresh: copy !== original && copy.map !== original.map && copy.map.get("a") !== original.map.get("a"),
    cycle: copy.self === copy,
    map: [...copy.map], set: [...copy.set], date: copy.date.toISOString(), regexp: String(copy.regexp), big: String(copy.big),
    bytes: [copy.bytes.constructor.name, ...copy.bytes], keys: Object.keys(copy).length, hole: 1 in copy.hole,
    error: [copy.error instanceof RangeError, copy.error.message, copy.error.cause], view: [copy.view.byteOffset, copy.view.byteLength],
    boxed: typeof copy.boxed, zero: Object.is(copy.zero, -0),
  };
};
