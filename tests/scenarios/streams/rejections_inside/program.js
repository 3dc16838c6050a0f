export default async () => {
  const reader = new ReadableStream({ start(controller) { controller.error(new Error("1")); } }).getReader();
  const writer = new WritableStream({ start(controller) { controller.error(new Error("2")); } }).getWriter();
  new ReadableStream({ start(controller) { controller.error(new Error("3")); } }).pipeThrough(new TransformStream());
  new TransformStream({ start(controller) { controller.error(new Error("4")); } });
  const released = new ReadableStream().getReader();
  released.releaseLock();
  const cancelled = new WritableStream();
  cancelled.getWriter().abort();
  await new Promise((resolve) => setTimeout(resolve, 2));
  return [typeof reader, typeof writer, "alive"];
};
