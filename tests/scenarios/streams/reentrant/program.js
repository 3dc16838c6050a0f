const attempt = async (work) => { try { return await work(); } catch (error) { return `${error?.name}: ${error?.message}`; } };
export default async () => {
  let inner;
  const sized = new ReadableStream({ start(controller) { inner = controller; } }, { size(chunk) { if (chunk === 1) inner.enqueue(2); return 1; }, highWaterMark: 9 });
  inner.enqueue(1);
  inner.close();
  let controllerOfSizeError;
  const sizeError = new ReadableStream({ start(controller) { controllerOfSizeError = controller; } }, { size() { controllerOfSizeError.error(new RangeError("from size")); return 1; } });
  const enqueued = await attempt(() => controllerOfSizeError.enqueue(1) ?? "enqueued");
  const cancels = new ReadableStream({ async pull(controller) { controller.enqueue(1); await reader.cancel("inside"); } }, { highWaterMark: 0 });
  const reader = cancels.getReader();
  const first = await attempt(async () => (await reader.read()).value);
  const after = await attempt(async () => (await reader.read()).done);
  const terminated = new TransformStream({ transform(chunk, controller) { controller.enqueue(chunk); controller.terminate(); controller.enqueue("late"); } });
  const writer = terminated.writable.getWriter();
  const wrote = attempt(() => writer.write("x"));
  const out = await attempt(() => Array.fromAsync(terminated.readable));
  const writes = new TransformStream({ transform(chunk, controller) { if (chunk < 3) again.write(chunk + 1).catch(() => {}); controller.enqueue(chunk); } }, undefined, { highWaterMark: 9 });
  const again = writes.writable.getWriter();
  await again.write(0);
  await new Promise((resolve) => setTimeout(resolve, 1));
  await again.close();
  return {
    sized: await Array.fromAsync(sized), enqueued, sizeError: await attempt(() => sizeError.getReader().read()),
    first, after, out, wrote: await wrote, again: await Array.fromAsync(writes.readable),
  };
};
