export default async () => {
  let pulls = 0;
  const stream = new ReadableStream({
    type: "bytes",
    pull(controller) {
      pulls++;
      const request = controller.byobRequest;
      if (request === null) return controller.enqueue(new Uint8Array([7, 7]));
      const { view } = request;
      view[0] = pulls;
      view[1] = 100 + pulls;
      request.respond(Math.min(2, view.byteLength));
      if (pulls === 5) controller.close();
    },
  });
  const reader = stream.getReader({ mode: "byob" });
  const mine = new Uint8Array(4);
  const first = await reader.read(mine);
  const second = await reader.read(new Uint8Array(6), { min: 4 });
  const words = await reader.read(new Uint16Array(1));
  reader.releaseLock();
  const plain = stream.getReader();
  const third = await plain.read();
  return {
    first: [...first.value], detached: mine.byteLength, sameSize: first.value.buffer.byteLength,
    second: [...second.value], words: [words.value.length, words.value.constructor.name], third: [third.value?.length, third.done], pulls,
    mistakes: await Promise.all([
      () => new ReadableStream().getReader({ mode: "byob" }),
      () => new ReadableStream({ type: "bytes" }).getReader({ mode: "byob" }).read(new Uint8Array(0)),
      () => new ReadableStream({ type: "bytes" }).getReader({ mode: "byob" }).read(new Uint8Array(2), { min: 3 }),
      () => new ReadableStream({ type: "bytes", autoAllocateChunkSize: 0 }),
      () => new ReadableStream({ type: "bytes" }, { size() { return 1; } }),
    ].map(async (work) => { try { return typeof await work(); } catch (error) { return error.name; } })),
  };
};
