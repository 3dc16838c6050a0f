const kind = (run) => { try { run(); return "ok"; } catch (error) { return error.name; } };
export default async () => {
  const inner = new Blob(["\u20ac", new Uint8Array([1, 2]).buffer]);
  const blob = new Blob(["a", inner, new Uint16Array([0x4241]), 7, { toString: () => "obj" }], { type: "Text/PLAIN;x=Y" });
  const order = [];
  const options = { get type() { order.push("type"); return { toString() { order.push("type to string"); return "a/b"; } }; },
    get endings() { order.push("endings"); return "transparent"; } };
  new Blob([], options);
  const chunks = [];
  for await (const chunk of new Blob(["x".repeat(70_000)]).stream()) chunks.push(chunk.length);
  const part = new Uint8Array([1, 2, 3]);
  const copy = new Blob([part]);
  part.fill(0);
  return {
    size: blob.size, type: blob.type, text: await blob.text(), bytes: [...await blob.bytes()].length,
    buffer: (await blob.arrayBuffer()) instanceof ArrayBuffer,
    slices: await Promise.all([[0, 1], [-3], [1, -1], [5, 2], [2], [NaN, 1], [-100, 100], [1.9, 3.9], ["1", "3"]].map(([from, to]) => new Blob(["abcdef"]).slice(from, to).text())),
    sliceType: [blob.slice().type, blob.slice(0, 1, "A/B").type, blob.slice(0, 1, "\u00e9").type],
    deep: await new Blob([inner, inner].map((each) => new Blob([each]))).slice(2, 6).bytes().then((bytes) => [...bytes]),
    copied: [...await copy.bytes()],
    native: await new Blob(["a\r\nb\rc\n"], { endings: "native" }).text(),
    total: chunks.reduce((sum, length) => sum + length, 0),
    order,
    errors: [kind(() => new Blob("ab")), kind(() => new Blob(null)), kind(() => new Blob({})), kind(() => new Blob([], null)), kind(() => new Blob([], 1)),
      kind(() => new Blob([], { endings: "x" })), kind(() => Blob([])), kind(() => new Blob([Symbol()])), kind(() => new Blob(undefined))],
    mark: await new Blob(["\ufeffa"]).text(),
    empty: [new Blob().size, await new Blob().text(), (await new Blob().stream().getReader().read()).done],
    shape: [Blob.name, Blob.length, String(blob), Blob.prototype.slice.length],
  };
};
