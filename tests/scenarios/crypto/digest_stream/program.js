const hex = (buffer) => new Uint8Array(buffer).toHex();
const fails = (promise) => promise.then(() => "nothing", (error) => error.name ?? error);

export default async () => {
  const stream = new crypto.DigestStream("SHA-256");
  const writer = stream.getWriter();
  await writer.write(new TextEncoder().encode("a"));
  await writer.write("b");
  await writer.write(new TextEncoder().encode("c").buffer);
  await writer.close();
  const piped = new crypto.DigestStream({ name: "md5" });
  await ReadableStream.from([new Uint8Array(0), new TextEncoder().encode("abc")]).pipeTo(piped);
  const aborted = new crypto.DigestStream("SHA-1");
  await aborted.abort("no more");
  const wrong = new crypto.DigestStream("SHA-512").getWriter();
  return {
    digest: hex(await stream.digest),
    bytesWritten: stream.bytesWritten,
    piped: hex(await piped.digest),
    aborted: await fails(aborted.digest),
    wrongChunk: await fails(wrong.write(5)),
    isStream: stream instanceof WritableStream,
    same: crypto.DigestStream === crypto.DigestStream,
    unknown: (() => { try { new crypto.DigestStream("CRC32"); } catch (error) { return error.name; } })(),
  };
};
