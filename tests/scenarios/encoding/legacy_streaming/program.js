const split = (label, ...bytes) => {
  const decoder = new TextDecoder(label);
  return [...bytes.map((byte) => decoder.decode(new Uint8Array([byte]), { stream: true })), decoder.decode(), decoder.decode(new Uint8Array([0x41, 0x42]))].join("|");
};
const late = (label, ...bytes) => {
  const decoder = new TextDecoder(label, { fatal: true });
  const out = [decoder.decode(new Uint8Array(bytes), { stream: true })];
  try { out.push(decoder.decode()); } catch (error) { out.push(error.name); }
  return [...out, decoder.decode(new Uint8Array([0x43, 0x44]))].join("|");
};
export default () => ({
  shift_jis: split("shift_jis", 0x93, 0xfa, 0x41, 0x81),
  "euc-jp": split("euc-jp", 0x8f, 0xb0, 0xa1, 0x8f),
  gb18030: split("gb18030", 0x94, 0x39, 0xda, 0x33, 0x81, 0x30),
  big5: split("big5", 0xa7, 0x41, 0xa7),
  "utf-16le": split("utf-16le", 0x3d, 0xd8, 0x00, 0xde, 0x41),
  "utf-16be": split("utf-16be", 0xfe, 0xff, 0x00, 0x41),
  "windows-1252": split("windows-1252", 0xe4, 0x80),
  late: [late("shift_jis", 0x93), late("euc-kr", 0xc7), late("utf-16le", 0x3d, 0xd8)],
});
