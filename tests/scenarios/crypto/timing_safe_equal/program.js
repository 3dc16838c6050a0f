const { subtle } = crypto;
const caught = (run) => { try { return run(); } catch (error) { return error.name; } };
const a = new Uint8Array([1, 2, 3, 4]);
export default () => [
  subtle.timingSafeEqual(a, a.slice()), subtle.timingSafeEqual(a.buffer, new Uint8Array([1, 2, 3, 5])),
  subtle.timingSafeEqual(new Uint16Array(2), new Uint8Array(4)), subtle.timingSafeEqual(new Uint8Array(), new Uint8Array()),
  caught(() => subtle.timingSafeEqual(a, a.subarray(1))), caught(() => subtle.timingSafeEqual(a, "1234")),
];
