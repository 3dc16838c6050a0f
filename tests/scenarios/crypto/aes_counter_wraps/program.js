// A counter of few bits wraps within them: the nonce before it stays, and no block is used twice.
const key = () => crypto.subtle.importKey("raw", new Uint8Array(16).fill(7), "AES-CTR", false, ["encrypt"]);
const block = (hex) => Uint8Array.fromHex(hex);

async function stream(counter, length, blocks) {
  const bytes = await crypto.subtle.encrypt({ name: "AES-CTR", counter: block(counter), length }, await key(), new Uint8Array(16 * blocks));
  return new Uint8Array(bytes).toHex().match(/.{32}/g);
}

export default async () => {
  const [afterwards] = await stream("ffffffffffffffffffffffffffffff00", 8, 1);
  const [nonceKept] = await stream("000000000000000000000000abcd1000", 128, 1);
  const full = (await stream("00000000000000000000000000000000", 3, 8)).length;
  return {
    eight: (await stream("ffffffffffffffffffffffffffffffff", 8, 2))[1] === afterwards,
    twelve: (await stream("000000000000000000000000abcd1fff", 12, 2))[1] === nonceKept,
    whole: (await stream("ffffffffffffffffffffffffffffffff", 128, 2))[1] === (await stream("00".repeat(16), 128, 1))[0],
    distinct: new Set(await stream("000000000000000000000000000000fe", 3, 8)).size,
    full,
    tooMany: await stream("00".repeat(16), 3, 9).catch((error) => error.name),
  };
};
