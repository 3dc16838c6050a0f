const attempt = (promise) => promise.then((value) => `fine ${value}`, (error) => `${error?.name ?? error}: ${error?.message ?? ""}`);
export default async () => {
  const log = [];
  const bad = () => new ReadableStream({ start(controller) { controller.enqueue(1); }, pull() { throw new RangeError("source"); }, cancel(reason) { log.push(`cancel ${reason.message}`); } });
  const sink = (fails) => new WritableStream({
    write() { if (fails) throw new TypeError("sink"); },
    abort(reason) { log.push(`abort ${reason.message}`); },
    close() { log.push("close"); },
  });
  const results = [
    await attempt(bad().pipeTo(sink(false))),
    await attempt(bad().pipeTo(sink(false), { preventAbort: true })),
    await attempt(ReadableStream.from([1, 2]).pipeTo(sink(true))),
    await attempt(new ReadableStream({ start(c) { c.enqueue(1); }, cancel(reason) { log.push(`cancel ${reason.message}`); } }).pipeTo(sink(true))),
  ];
  const kept = new ReadableStream({ start(c) { c.enqueue(1); c.enqueue(2); } });
  results.push(await attempt(kept.pipeTo(sink(true), { preventCancel: true })), (await kept.getReader().read()).value);
  const through = ReadableStream.from([1]).pipeThrough(new TransformStream({ transform() { throw new EvalError("middle"); } }));
  results.push(await attempt(Array.fromAsync(through)));
  const writer = new WritableStream({ abort(reason) { log.push(`abort ${reason}`); } }).getWriter();
  await writer.abort("enough");
  results.push(await attempt(writer.write(1)), await attempt(writer.closed));
  return { results, log };
};
