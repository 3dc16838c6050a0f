// Each codec weighs a quarter of a megabyte and more, outside of V8's heap.
export default async () => {
  const kept = [];
  for (let i = 0; i < 2000; i++) kept.push(new CompressionStream("gzip"));
  let bytes = 0;
  for (let i = 0; i < 500; i++) {
    const { readable, writable } = new CompressionStream(i % 2 === 0 ? "brotli" : "gzip");
    const writer = writable.getWriter();
    writer.write(new Uint8Array(1000));
    writer.close();
    for await (const piece of readable) bytes += piece.length;
  }
  return [kept.length, bytes > 5000];
};
