export default () => {
  const encoder = new TextEncoder();
  const into = new Uint8Array(6);
  const result = encoder.encodeInto("aä𝄞b", into);
  return {
    name: encoder.encoding,
    bytes: [...encoder.encode("aä€𝄞")],
    empty: [encoder.encode().length, encoder.encode(undefined).length, encoder.encode("").length],
    surrogate: [...encoder.encode("\ud800")],
    converted: [...encoder.encode(12)],
    into: [result.read, result.written, ...into],
    called: (() => { try { TextEncoder(); } catch (error) { return error.name; } })(),
    receiver: (() => { try { encoder.encode.call({}, "x"); return "accepted"; } catch (error) { return error.name; } })(),
  };
};
