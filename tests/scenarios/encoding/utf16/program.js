const show = (text) => Array.from(text, (c) => c.codePointAt(0).toString(16)).join(" ");
const decode = (label, options, ...bytes) => show(new TextDecoder(label, options).decode(new Uint8Array(bytes)));
export default () => ({
  le: decode("utf-16", {}, 0x41, 0x00, 0x3d, 0xd8, 0x00, 0xde),
  be: decode("utf-16be", {}, 0x00, 0x41, 0xd8, 0x3d, 0xde, 0x00),
  bom: [decode("utf-16le", {}, 0xff, 0xfe, 0x41, 0), decode("utf-16le", { ignoreBOM: true }, 0xff, 0xfe, 0x41, 0), decode("utf-16le", {}, 0xfe, 0xff), decode("utf-16be", {}, 0xfe, 0xff, 0, 0x41)],
  odd: decode("utf-16le", {}, 0x41, 0x00, 0x42),
  lone: [decode("utf-16le", {}, 0x3d, 0xd8), decode("utf-16le", {}, 0x00, 0xde, 0x41, 0x00), decode("utf-16le", {}, 0x3d, 0xd8, 0x41, 0x00)],
  unaligned: show(new TextDecoder("utf-16le").decode(new Uint8Array([0, 0x41, 0, 0x42, 0]).subarray(1))),
  dataView: show(new TextDecoder("utf-16be").decode(new DataView(new Uint8Array([9, 0, 0x41, 9]).buffer, 1, 2))),
});
