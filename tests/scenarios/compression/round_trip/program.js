export default async () => {
  const collect = async (stream) => {
    const all = [];
    for await (const piece of stream) { if (!(piece instanceof Uint8Array)) throw new TypeError("no bytes"); all.push(...piece); }
    return new Uint8Array(all);
  };
  const text = "Wer reitet so spät durch Nacht und Wind? ".repeat(100);
  const bytes = new TextEncoder().encode(text);
  const results = {};
  for (const format of ["gzip", "deflate", "deflate-raw", "brotli"]) {
    const packed = await collect(ReadableStream.from([bytes.subarray(0, 7), bytes.slice(7, 7), bytes.subarray(7).buffer.slice(7)]).pipeThrough(new CompressionStream(format)));
    const whole = await collect(ReadableStream.from([packed]).pipeThrough(new DecompressionStream(format)));
    const pieces = Array.from(packed, (byte) => new DataView(new Uint8Array([byte]).buffer));
    const split = await collect(ReadableStream.from(pieces).pipeThrough(new DecompressionStream(format)));
    const nothing = await collect(ReadableStream.from([]).pipeThrough(new CompressionStream(format)));
    const stillNothing = await collect(ReadableStream.from([nothing]).pipeThrough(new DecompressionStream(format)));
    results[format] = [packed.length < 200, new TextDecoder().decode(whole) === text, new TextDecoder().decode(split) === text, nothing.length > 0, stillNothing.length];
  }
  return results;
};
