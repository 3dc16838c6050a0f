export default async () => {
  const log = [];
  const chunk = { n: [1] };
  const source = new ReadableStream({
    start(controller) {
      controller.enqueue(chunk);
      controller.enqueue("last");
      controller.close();
    },
  });
  const { port1, port2 } = new MessageChannel();
  const received = new Promise((resolve) => { port2.onmessage = (event) => resolve(event.data); });
  port1.postMessage(source, [source]);
  log.push(["locked", source.locked]);
  const copies = await Array.fromAsync(await received);
  log.push([copies, copies[0] !== chunk]);

  const written = [];
  const sink = new WritableStream({ write(value) { written.push(value); }, close() { written.push("closed"); } });
  const writer = structuredClone(sink, { transfer: [sink] }).getWriter();
  await writer.write({ w: 1 });
  await writer.close();
  await new Promise((resolve) => setTimeout(resolve, 1));
  log.push([sink.locked, written]);

  const broken = new ReadableStream({ pull() { throw new RangeError("of the source"); } });
  const moved = structuredClone(broken, { transfer: [broken] });
  log.push(await moved.getReader().read().catch((error) => `${error.name}: ${error.message}`));
  for (const [name, action] of Object.entries({
    again: () => structuredClone(source, { transfer: [source] }),
    notTransferred: () => structuredClone(new ReadableStream()),
    uncloneableChunk: () => structuredClone(new Proxy(new ReadableStream(), {})),
  })) {
    try {
      action();
    } catch (error) {
      log.push([name, error.name]);
    }
  }
  return log;
};
