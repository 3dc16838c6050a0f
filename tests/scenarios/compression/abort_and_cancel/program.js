const attempt = (promise) => promise.then((value) => `fine ${value?.done ?? value}`, (error) => String(error));
export default async () => {
  const aborted = new CompressionStream("gzip");
  const writer = aborted.writable.getWriter();
  const read = attempt(aborted.readable.getReader().read());
  await writer.abort("stop");
  const cancelled = new DecompressionStream("gzip");
  const other = cancelled.writable.getWriter();
  await cancelled.readable.cancel("no more");
  const inner = new CompressionStream("gzip");
  const reader = inner.readable.getReader();
  const noise = new Uint8Array(900_000);
  for (let i = 0, x = 1; i < noise.length; i++) noise[i] = (x = (x * 48271) % 2147483647);
  const third = inner.writable.getWriter();
  const waiting = attempt(third.write(noise));
  await reader.read();
  await reader.cancel("gone");
  return [await read, await attempt(writer.write(new Uint8Array(1))), await attempt(writer.closed), await attempt(other.write(new Uint8Array(1))), await waiting, await attempt(third.closed), await attempt(reader.read())];
};
