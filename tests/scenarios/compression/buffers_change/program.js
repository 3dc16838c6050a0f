export default async () => {
  const original = new Uint8Array(300_000).map((_, i) => (i * i) >> 3);
  const wanted = original.reduce((sum, byte) => sum + byte, 0);
  const chunk = original.slice();
  const { readable, writable } = new CompressionStream("deflate");
  const writer = writable.getWriter();
  const written = writer.write(chunk);
  const closed = writer.close();
  await null;
  const pieces = [];
  for await (const piece of readable) {
    if (pieces.length === 0) { chunk.fill(0); structuredClone(chunk.buffer, { transfer: [chunk.buffer] }); }
    pieces.push(piece);
  }
  await Promise.all([written, closed]);
  let sum = 0;
  for await (const part of ReadableStream.from(pieces).pipeThrough(new DecompressionStream("deflate"))) for (const byte of part) sum += byte;
  const detached = new Uint8Array(8);
  structuredClone(detached.buffer, { transfer: [detached.buffer] });
  const resizable = new Uint8Array(new ArrayBuffer(8, { maxByteLength: 16 }));
  resizable.buffer.resize(2);
  const empty = new CompressionStream("deflate-raw");
  const other = empty.writable.getWriter();
  await other.write(detached);
  await other.close();
  return { same: sum === wanted, empty: [...(await empty.readable.getReader().read()).value], length: chunk.length };
};
