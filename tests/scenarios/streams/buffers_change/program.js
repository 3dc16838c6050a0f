const nameOf = async (work) => { try { return await work() ?? "fine"; } catch (error) { return error.name; } };
const detach = (view) => { structuredClone(view.buffer, { transfer: [view.buffer] }); return view; };
const opened = () => { let controller; const stream = new ReadableStream({ type: "bytes", start(c) { controller = c; } }); return [stream, controller]; };
export default () => Promise.all([
  () => opened()[1].enqueue(detach(new Uint8Array(4))),
  () => opened()[1].enqueue(new Uint8Array(0)),
  () => opened()[0].getReader({ mode: "byob" }).read(detach(new Uint8Array(4))),
  async () => {
    const [stream, controller] = opened();
    const read = stream.getReader({ mode: "byob" }).read(new Uint8Array(4));
    const { view } = controller.byobRequest;
    detach(view);
    return nameOf(() => controller.byobRequest.respond(1));
  },
  async () => {
    const [stream, controller] = opened();
    const read = stream.getReader({ mode: "byob" }).read(new Uint8Array(4));
    return nameOf(() => controller.byobRequest.respond(5));
  },
  async () => {
    const [stream, controller] = opened();
    const read = stream.getReader({ mode: "byob" }).read(new Uint8Array(4));
    return nameOf(() => controller.byobRequest.respondWithNewView(new Uint8Array(9)));
  },
  async () => {
    const [stream, controller] = opened();
    const chunk = new Uint8Array([1, 2, 3]);
    controller.enqueue(chunk);
    return [chunk.byteLength, [...(await stream.getReader().read()).value]].join("|");
  },
  async () => {
    const buffer = new ArrayBuffer(8, { maxByteLength: 16 });
    const [stream, controller] = opened();
    controller.enqueue(new Uint8Array(buffer, 2, 4));
    return `${buffer.byteLength}|${(await stream.getReader().read()).value.length}`;
  },
].map(nameOf));
