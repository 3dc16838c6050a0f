const hex = (text) => Uint8Array.fromHex(text);
const inputs = {
  gzip: "1f8b0800000000000003cb48cdc9c95728cf2fca4901008511 4a0d0b000000",
  deflate: "789ccb48cdc9c95728cf2fca49010 01a0b045d",
  "deflate-raw": "cb48cdc9c95728cf2fca490100",
  brotli: "0b058068656c6c6f20776f726c6403",
};
export default async () => {
  const results = {};
  for (const [format, text] of Object.entries(inputs)) {
    const stream = ReadableStream.from([hex(text.replaceAll(" ", ""))]).pipeThrough(new DecompressionStream(format));
    results[format] = (await Array.fromAsync(stream.pipeThrough(new TextDecoderStream()))).join("");
  }
  return results;
};
