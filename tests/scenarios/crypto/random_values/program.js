const caught = (run) => { try { run(); return "nothing"; } catch (error) { return [error.name, error instanceof QuotaExceededError]; } };
export default () => {
  const array = new Uint32Array(16384);
  const part = new Uint8Array(8).subarray(2, 6);
  return {
    same: crypto.getRandomValues(array) === array,
    zeros: array.filter((word) => word === 0).length <= 2,
    bits: Math.abs(array.reduce((sum, word) => { for (let w = word; w !== 0; w &= w - 1) sum++; return sum; }, 0) / (16384 * 32) - 0.5) < 0.01,
    outside: [...new Uint8Array(crypto.getRandomValues(part).buffer)].filter((byte, i) => byte !== 0 && (i < 2 || i >= 6)).length,
    tooMany: caught(() => crypto.getRandomValues(new Uint8Array(65537))),
    floats: caught(() => crypto.getRandomValues(new Float64Array(1))),
    view: caught(() => crypto.getRandomValues(new DataView(new ArrayBuffer(8)))),
    buffer: caught(() => crypto.getRandomValues(new ArrayBuffer(8))),
    nothing: caught(() => crypto.getRandomValues()),
    big: typeof crypto.getRandomValues(new BigInt64Array(2))[0],
    uuid: /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(crypto.randomUUID()),
    distinct: new Set(Array.from({ length: 1000 }, () => crypto.randomUUID())).size,
  };
};
