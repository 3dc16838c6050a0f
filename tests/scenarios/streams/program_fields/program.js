class Lines extends ReadableStream {
  constructor(lines) {
    super({ start(controller) { lines.forEach((line) => controller.enqueue(line)); controller.close(); } });
    this._state = "mine";
    this._reader = { lines };
    this._readableStreamController = null;
  }
}
class Upper extends TransformStream {
  constructor() {
    super({ transform: (line, controller) => controller.enqueue(this._prefix + line.toUpperCase()) });
    this._prefix = "> ";
    this._backpressure = this._readable = this._writable = "mine";
  }
}
export default async () => {
  const plain = new ReadableStream();
  return {
    lines: await Array.fromAsync(new Lines(["a", "b"]).pipeThrough(new Upper())),
    keys: [Object.keys(plain), Object.keys(new WritableStream()), Object.keys(new TransformStream())],
    json: JSON.stringify({ plain }),
    tags: [String(plain), String(new CountQueuingStrategy({ highWaterMark: 1 })), String(plain.values())],
    kind: [new Lines([]) instanceof ReadableStream, Lines.from === ReadableStream.from],
  };
};
