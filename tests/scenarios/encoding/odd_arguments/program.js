const nameOf = (work) => { try { return work() ?? "fine"; } catch (error) { return error.name; } };
const decoder = new TextDecoder("gbk");
export default () => [
  () => decoder.decode("text"),
  () => decoder.decode(null),
  () => decoder.decode([65]),
  () => decoder.decode(new Uint8Array([65]), 1),
  () => decoder.decode(new Uint8Array([65]), { get stream() { throw new EvalError("mine"); } }),
  () => { const bytes = new Uint8Array([65, 66]); return `<${decoder.decode(bytes, { get stream() { structuredClone(bytes.buffer, { transfer: [bytes.buffer] }); return false; } })}>`; },
  () => { const bytes = new Uint8Array(new ArrayBuffer(4, { maxByteLength: 8 })).fill(65); return `<${decoder.decode(bytes, { get stream() { bytes.buffer.resize(1); return false; } })}>`; },
  () => TextDecoder.prototype.decode.call({}, new Uint8Array([65])),
  () => TextDecoder.prototype.decode.call(new TextEncoder(), new Uint8Array([65])),
  () => Object.getOwnPropertyDescriptor(TextDecoder.prototype, "encoding").get.call(Object.create(decoder)),
  () => { const into = new Uint8Array(8); const { read, written } = new TextEncoder().encodeInto("aä€😀", into.subarray(0, 7)); return `${read} ${written} ${into}`; },
  () => JSON.stringify(new TextEncoder().encodeInto("\ud800a", new Uint8Array(4))),
  () => new TextEncoder().encodeInto("a", new Uint16Array(1)),
  () => new TextEncoder().encodeInto("a", new ArrayBuffer(1)),
  () => JSON.stringify(new TextEncoder().encodeInto("a", structuredClone(new Uint8Array(0)))),
  () => [TextEncoder.prototype.encodeInto.length, TextDecoder.prototype.decode.length, TextDecoder.length, decoder.fatal, decoder.ignoreBOM].join(" "),
].map(nameOf);
