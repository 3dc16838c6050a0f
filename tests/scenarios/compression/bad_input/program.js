const nameOf = async (promise) => { try { await promise; return "fine"; } catch (error) { return error.name; } };
const bytesOf = async (stream) => { const all = []; for await (const piece of stream) all.push(...piece); return new Uint8Array(all); };
const through = (bytes, format) => nameOf(bytesOf(ReadableStream.from([bytes]).pipeThrough(new DecompressionStream(format))));
export default async () => {
  const results = {};
  for (const format of ["gzip", "deflate", "deflate-raw", "brotli"]) {
    const good = await bytesOf(ReadableStream.from([new TextEncoder().encode("some text, some text")]).pipeThrough(new CompressionStream(format)));
    const corrupt = good.slice();
    corrupt.fill(0xff);
    const broken = new DecompressionStream(format);
    const writer = broken.writable.getWriter();
    const wrote = nameOf(writer.write(corrupt));
    results[format] = [await through(good, format), await through(good.subarray(0, -1), format), await through(new Uint8Array([...good, 0]), format),
      await through(corrupt, format), await through(new Uint8Array(0), format), await nameOf(broken.readable.getReader().read()), await wrote, await nameOf(writer.closed)];
  }
  const chunks = [undefined, null, 1, "text", {}, [1], { buffer: new ArrayBuffer(1), byteLength: 1 }];
  results.chunks = await Promise.all(chunks.map((chunk) => { const { writable, readable } = new CompressionStream("gzip"); readable.getReader().read().catch(() => {}); return nameOf(writable.getWriter().write(chunk)); }));
  results.formats = ["GZIP", "", "zip", undefined, null, Symbol("gzip"), { toString() { throw new EvalError("mine"); } }].map((format) => { try { new CompressionStream(format); } catch (error) { return error.name; } });
  results.calls = [() => new DecompressionStream(), () => CompressionStream("gzip"), () => Object.getOwnPropertyDescriptor(CompressionStream.prototype, "readable").get.call(new DecompressionStream("gzip"))]
    .map((work) => { try { work(); return "fine"; } catch (error) { return error.name; } });
  return results;
};
