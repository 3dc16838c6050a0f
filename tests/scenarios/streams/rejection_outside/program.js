export default async () => {
  new ReadableStream({ start(controller) { controller.error(new RangeError("forgotten")); } }).pipeTo(new WritableStream());
  await new Promise((resolve) => setTimeout(resolve, 2));
  return "not reached";
};
