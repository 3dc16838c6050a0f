export default async () => {
  const list = async (stream) => { const all = []; for await (const value of stream) all.push(value); return all; };
  let returned = 0;
  const endless = (function* () { try { for (let i = 0; ; i++) yield i; } finally { returned++; } })();
  const stream = ReadableStream.from(endless);
  const few = [];
  for await (const value of stream) { few.push(value); if (value === 2) break; }
  const failing = ReadableStream.from((async function* () { yield 1; throw new RangeError("no more"); })());
  return {
    array: await list(ReadableStream.from([1, Promise.resolve(2), "three"])),
    text: await list(ReadableStream.from("héé")),
    few, returned,
    failing: await list(failing).catch((error) => `${error.name}: ${error.message}`),
    wrong: [undefined, null, 1, {}, { [Symbol.iterator]: 1 }].map((value) => { try { ReadableStream.from(value); } catch (error) { return error.name; } }),
  };
};
