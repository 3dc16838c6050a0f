const bytes = (...list) => new Uint8Array(list);
export default () => {
  const split = (list, options) => {
    const decoder = new TextDecoder("utf-8", options);
    return list.map((byte) => decoder.decode(bytes(byte), { stream: true })).join("|") + "|" + decoder.decode();
  };
  const decoder = new TextDecoder();
  const reused = [decoder.decode(bytes(0xe2, 0x82), { stream: true }), decoder.decode(), decoder.decode(bytes(97))];
  const fatal = new TextDecoder("utf-8", { fatal: true });
  const late = [fatal.decode(bytes(0xf0, 0x9d), { stream: true })];
  try { fatal.decode(); } catch (error) { late.push(error.name); }
  late.push(fatal.decode(bytes(98)));
  return { note: split([0xf0, 0x9d, 0x84, 0x9e]), bom: split([0xef, 0xbb, 0xbf, 97]), broken: split([0xe2, 97]), impossible: split([0xed, 0xa0, 0x80]), reused, late };
};
