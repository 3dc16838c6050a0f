export default async () => {
  "use strict";
  const ids = [setTimeout(() => {}, 0), setInterval(() => {}, 1)];
  ids.forEach(clearTimeout); // either function clears either kind
  for (const odd of [undefined, null, NaN, {}, "x", -1, 1e300, [], true]) clearTimeout(odd);
  const attempt = (action) => { try { return action(); } catch (error) { return error.name; } };
  const order = [];
  const self = await new Promise((resolve) => {
    setTimeout(function () { order.push("wrapped"); }, 2 ** 32);
    setTimeout(function () { order.push("negative"); }, -5);
    setTimeout(function (...values) { order.push(values); resolve(this); }, "3", 1, "two");
  });
  let runs = 0;
  await new Promise((resolve) => { const id = setInterval(() => { if (++runs === 3) resolve(clearInterval(id)); }, 0); });
  return {
    ids: ids.every((id) => Number.isInteger(id) && id > 0) && ids[0] !== ids[1],
    lengths: [setTimeout, setInterval, clearTimeout, clearInterval, queueMicrotask, structuredClone].map((f) => [f.name, f.length]),
    self: self === globalThis,
    order,
    runs,
    text: attempt(() => setTimeout("x = 1", 0)),
    symbol: attempt(() => clearTimeout(Symbol("s"))),
    delay: attempt(() => setTimeout(() => {}, { valueOf() { throw new RangeError("delay"); } })),
    constructed: attempt(() => new setTimeout(() => {})),
  };
};
