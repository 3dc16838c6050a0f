export default async () => {
  const stream = new CompressionStream("gzip");
  const writer = stream.writable.getWriter();
  await writer.write(new TextEncoder().encode("hello"));
  await writer.close();
  const back = stream.readable.pipeThrough(new DecompressionStream("gzip")).pipeThrough(new TextDecoderStream());
  return (await Array.fromAsync(back)).join("");
};
