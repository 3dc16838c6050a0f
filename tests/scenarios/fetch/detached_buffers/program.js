const detach = (buffer) => structuredClone(buffer, { transfer: [buffer] });
export default async () => {
  const first = new Uint8Array([1, 2, 3]);
  const blob = new Blob([first, { toString: () => { detach(first.buffer); return "x"; } }]);
  const second = new Uint8Array([1, 2, 3]);
  const response = new Response(second, { get status() { detach(second.buffer); return 200; } });
  const third = new Uint8Array([65, 66]);
  const stream = new ReadableStream({ start(controller) { controller.enqueue(third); detach(third.buffer); controller.close(); } });
  const shrinking = new ArrayBuffer(8, { maxByteLength: 16 });
  const view = new Uint8Array(shrinking, 4);
  const resized = new Blob(["a", view, { toString: () => { shrinking.resize(2); return "b"; } }]);
  return [blob.size, (await response.bytes()).length, await new Response(stream).text(), resized.size];
};
