// Checked against Node 26.
export default () => {
  const exception = new DOMException("no more", "QuotaExceededError");
  const cause = new RangeError("inner");
  const error = new TypeError("outer", { cause });
  const sparse = [1, , 3];
  sparse.extra = "x";
  const shared = { n: 1 };
  const resizable = new ArrayBuffer(4, { maxByteLength: 8 });
  const tracking = new Uint8Array(resizable);
  class Point { constructor() { this.x = 1; } get y() { return 2; } }
  const renamed = new Error("text");
  renamed.name = "Mine";
  const copies = structuredClone({ error, sparse, pair: [shared, shared], tracking, point: new Point(), renamed,
    boxed: [Object(1n), Object("s"), Object(false), Object(2)], pattern: /a(b)/giu, date: new Date(NaN), minus: -0 });
  copies.tracking.buffer.resize(8);
  const dom = copies.error.constructor === TypeError ? structuredClone([exception, exception]) : [];
  const loop = { name: "loop" };
  loop.self = loop;
  const { port1 } = new MessageChannel();
  const moved = structuredClone({ port1, buffer: resizable }, { transfer: new Set([port1, resizable]) });
  return {
    error: [copies.error instanceof TypeError, copies.error.message, copies.error.cause instanceof RangeError, copies.error.stack === error.stack],
    sparse: [1 in copies.sparse, copies.sparse.length, copies.sparse.extra],
    same: copies.pair[0] === copies.pair[1] && copies.pair[0] !== shared,
    tracking: [copies.tracking.length, copies.tracking.buffer.resizable],
    point: [copies.point instanceof Point, Object.keys(copies.point)],
    renamed: copies.renamed.name,
    boxed: copies.boxed.map((value) => typeof value.valueOf()),
    pattern: [String(copies.pattern), copies.pattern.lastIndex],
    odd: [Number.isNaN(copies.date.getTime()), Object.is(copies.minus, -0)],
    dom: [dom[0] instanceof DOMException, dom[0].message, dom[0].name, dom[0].code, dom[0] === dom[1], dom[0].stack === exception.stack],
    loop: structuredClone(loop).self.name,
    moved: [moved.port1 instanceof MessagePort, moved.port1 === port1, resizable.detached, moved.buffer.maxByteLength],
  };
};
