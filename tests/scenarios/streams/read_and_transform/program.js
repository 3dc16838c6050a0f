export default async () => {
  const numbers = new ReadableStream({
    start(controller) { for (let i = 1; i <= 4; i++) controller.enqueue(i); controller.close(); },
  });
  const doubled = numbers.pipeThrough(new TransformStream({
    transform(value, controller) { controller.enqueue(value * 2); },
    flush(controller) { controller.enqueue("end"); },
  }));
  const reader = doubled.getReader();
  const first = [await reader.read(), numbers.locked, doubled.locked];
  reader.releaseLock();
  const rest = [];
  for await (const value of doubled) rest.push(value);
  const again = doubled.getReader();
  return { first, rest, after: await again.read(), closed: await again.closed === undefined };
};
