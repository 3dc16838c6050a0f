export default async () => {
  const log = [];
  const stream = new WritableStream(
    { async write(chunk) { log.push(`begin ${chunk}`); await null; log.push(`end ${chunk}`); }, close() { log.push("close"); } },
    new CountQueuingStrategy({ highWaterMark: 2 }),
  );
  const writer = stream.getWriter();
  const sizes = [writer.desiredSize];
  for (const chunk of ["a", "b", "c"]) { await writer.ready; writer.write(chunk); sizes.push(writer.desiredSize); }
  await writer.close();
  let pulled = 0;
  const source = new ReadableStream(
    { pull(controller) { pulled += 10; controller.enqueue(new Uint8Array(10)); } },
    new ByteLengthQueuingStrategy({ highWaterMark: 35 }),
  );
  await new Promise((resolve) => setTimeout(resolve, 1));
  const idle = pulled;
  const reader = source.getReader();
  await reader.read();
  await new Promise((resolve) => setTimeout(resolve, 1));
  return { log, sizes, idle, afterOneRead: pulled };
};
