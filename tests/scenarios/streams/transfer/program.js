const attempt = async (work) => { try { return await work(); } catch (error) { return error?.name ?? error; } };
const move = (stream) => structuredClone(stream, { transfer: [stream] });
export default async () => {
  const original = { n: 1 };
  const source = ReadableStream.from([original, "b"]);
  const readable = move(source);
  const locked = [source.locked, readable.locked];
  const chunks = await Array.fromAsync(readable);
  const log = [];
  const sink = new WritableStream({ write(chunk) { log.push(chunk); }, close() { log.push("closed"); }, abort(reason) { log.push(`abort ${reason}`); } });
  const writer = move(sink).getWriter();
  await writer.write([1]);
  await writer.close();
  const upper = move(new TransformStream({ transform(chunk, controller) { controller.enqueue(chunk.toUpperCase()); } }));
  const busy = new ReadableStream();
  busy.getReader();
  let cancelled;
  const third = new ReadableStream({ cancel(reason) { cancelled = reason; } });
  await move(third).cancel("enough");
  return {
    chunks, cloned: chunks[0] !== original, locked, log,
    upper: await Array.fromAsync(ReadableStream.from(["x", "y"]).pipeThrough(upper)),
    cancelled,
    refused: await Promise.all([
      () => structuredClone(new ReadableStream()), () => structuredClone({ deep: new WritableStream() }), () => move(busy),
      () => Array.fromAsync(move(ReadableStream.from([() => 1]))), () => move(new TransformStream().readable).constructor.name,
    ].map(attempt)),
  };
};
