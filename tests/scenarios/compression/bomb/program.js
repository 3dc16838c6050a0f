const bytesOf = async (stream) => { const pieces = await Array.fromAsync(stream); const all = new Uint8Array(pieces.reduce((n, piece) => n + piece.length, 0)); let at = 0; for (const piece of pieces) { all.set(piece, at); at += piece.length; } return all; };
const packed = (stream) => bytesOf(stream.pipeThrough(new CompressionStream("gzip")));
export default async () => {
  const zeros = new Uint8Array(1 << 20);
  const once = await packed(ReadableStream.from((function* () { for (let i = 0; i < 192; i++) yield zeros; })()));
  const unread = new DecompressionStream("gzip");
  const writer = unread.writable.getWriter();
  let settled = false;
  writer.write(once).then(() => { settled = true; }, () => { settled = true; });
  await new Promise((resolve) => setTimeout(resolve, 2));
  const held = [settled, writer.desiredSize > 0];
  const reader = unread.readable.getReader();
  const piece = (await reader.read()).value.length;
  await reader.cancel("enough");
  let total = 0;
  for await (const part of ReadableStream.from([once]).pipeThrough(new DecompressionStream("gzip"))) total += part.length;
  return { small: once.length < 300_000, held, piece: piece <= 65536, total: total / (1 << 20) };
};
