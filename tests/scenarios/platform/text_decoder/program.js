const bytes = (...list) => new Uint8Array(list);
const attempt = (work) => { try { return work(); } catch (error) { return error.name; } };
export default () => ({
  plain: new TextDecoder().decode(bytes(97, 195, 164, 226, 130, 172, 240, 157, 132, 158)),
  label: new TextDecoder(" UTF8 ").encoding,
  unknown: attempt(() => new TextDecoder("latin7")),
  invalid: new TextDecoder().decode(bytes(97, 0xff, 0xc3, 98)),
  truncated: new TextDecoder().decode(bytes(0xe2, 0x82)),
  overlong: new TextDecoder().decode(bytes(0xc0, 0x80)),
  fatal: attempt(() => new TextDecoder("utf-8", { fatal: true }).decode(bytes(0xff))),
  fatalGood: new TextDecoder("utf-8", { fatal: true }).decode(bytes(98)),
  bom: new TextDecoder().decode(bytes(0xef, 0xbb, 0xbf, 97)),
  bomKept: [...new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes(0xef, 0xbb, 0xbf, 97))].length,
  view: new TextDecoder().decode(new DataView(bytes(120, 97, 98, 120).buffer, 1, 2)),
  buffer: new TextDecoder().decode(bytes(97).buffer),
  nothing: [new TextDecoder().decode(), new TextDecoder().decode(undefined)],
  wrong: attempt(() => new TextDecoder().decode("text")),
  flags: [new TextDecoder().fatal, new TextDecoder("utf-8", { fatal: 1 }).fatal, new TextDecoder("utf-8", { ignoreBOM: true }).ignoreBOM],
});
