let called = 0;
const thenable = (name) => ({ name, then() { called++; } });
export default async () => {
  const names = [];
  const stream = new ReadableStream({ start(controller) { controller.enqueue(thenable("a")); controller.enqueue(thenable("b")); controller.close(); } });
  const passed = stream.pipeThrough(new TransformStream());
  const reader = passed.getReader();
  for (;;) {
    const { value, done } = await reader.read();
    if (done) break;
    names.push(value.name);
  }
  const written = [];
  const writer = new WritableStream({ write(chunk) { written.push(chunk.name); } }).getWriter();
  await writer.write(thenable("c"));
  await writer.close();
  return { names, written, called };
};
