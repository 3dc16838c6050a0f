export default async () => {
  const log = [];
  const source = new ReadableStream({
    start(controller) { ["a", "b"].forEach((value) => controller.enqueue(value)); },
    cancel(reasons) { log.push(reasons); },
  });
  const [left, right] = source.tee();
  const reader = left.getReader();
  const seen = [(await reader.read()).value, (await reader.read()).value, (await right.getReader().read()).value];
  const bytes = new ReadableStream({ type: "bytes", start(controller) { controller.enqueue(new Uint8Array([1, 2])); controller.close(); } }).tee();
  const copies = await Promise.all(bytes.map(async (branch) => (await branch.getReader().read()).value));
  copies[0][0] = 9;
  const pair = new ReadableStream({ cancel(reasons) { log.push(reasons); } }).tee();
  await Promise.all([pair[0].cancel("one"), pair[1].cancel("two")]);
  return { seen, copies: copies.map((copy) => [...copy]), log };
};
