const attempt = async (work) => { try { return await work(); } catch (error) { return error.name; } };
const hexOf = async (stream) => (await Array.fromAsync(stream)).map((chunk) => chunk.toHex());
const bytes = (...lists) => ReadableStream.from(lists.map((list) => new Uint8Array(list)));
export default async () => {
  const encoder = new TextEncoderStream();
  const decoder = new TextDecoderStream("Latin1", { fatal: true, ignoreBOM: true });
  return {
    encoded: await hexOf(ReadableStream.from(["a", "\ud83d", "\ude00", "\ud83d", "x", "", "\ud83d"]).pipeThrough(encoder)),
    values: await hexOf(ReadableStream.from([1, null, undefined, { toString: () => "o" }]).pipeThrough(new TextEncoderStream())),
    symbol: await attempt(() => hexOf(ReadableStream.from([Symbol("s")]).pipeThrough(new TextEncoderStream()))),
    decoded: await Array.fromAsync(bytes([0xef], [0xbb], [0xbf, 0x61, 0xf0, 0x9f], [0x98], [0x80, 0xe2]).pipeThrough(new TextDecoderStream())),
    legacy: await Array.fromAsync(bytes([0x93], [0xfa, 0x41], [0x96]).pipeThrough(new TextDecoderStream("shift_jis"))),
    fatal: await attempt(() => Array.fromAsync(bytes([0x61, 0xff]).pipeThrough(new TextDecoderStream("utf-8", { fatal: true })))),
    cut: await attempt(() => Array.fromAsync(bytes([0x61, 0xf0]).pipeThrough(new TextDecoderStream("utf-8", { fatal: true })))),
    chunk: await Promise.all(["text", undefined, null, 1, {}].map((chunk) => attempt(() => Array.fromAsync(ReadableStream.from([chunk]).pipeThrough(new TextDecoderStream()))))),
    properties: [encoder.encoding, decoder.encoding, decoder.fatal, decoder.ignoreBOM, String(encoder), String(decoder)],
    wrong: [() => new TextDecoderStream("utf-7"), () => TextEncoderStream(), () => Object.getOwnPropertyDescriptor(TextEncoderStream.prototype, "encoding").get.call({})]
      .map((work) => { try { work(); return "fine"; } catch (error) { return error.name; } }),
  };
};
