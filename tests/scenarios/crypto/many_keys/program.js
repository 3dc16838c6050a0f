// More keys than can be held at a time: dropped ones make room, kept ones do not.
const make = () => crypto.subtle.importKey("raw", new Uint8Array(32).fill(9), "Ed25519", true, ["verify"]);
export default async () => {
  for (let i = 0; i < 30000; i++) await make();
  const kept = [];
  let refused;
  while (refused === undefined && kept.length < 30000) {
    try { kept.push(await make()); } catch (error) { refused = error.name; }
  }
  return { refused, enough: kept.length > 1000, works: kept[0].algorithm.name };
};
