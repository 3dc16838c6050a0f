// RFC 4231, test cases 1, 2 and 6; RFC 2202, test case 1.
const bytes = (text) => new TextEncoder().encode(text);
async function mac(hash, key, data) {
  const imported = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash }, false, ["sign", "verify"]);
  const sum = await crypto.subtle.sign("HMAC", imported, data);
  const other = new Uint8Array(sum.slice(0));
  other[0] ^= 1;
  const verdicts = [await crypto.subtle.verify("HMAC", imported, sum, data), await crypto.subtle.verify("HMAC", imported, other, data),
    await crypto.subtle.verify("HMAC", imported, new Uint8Array(sum, 0, 4), data)];
  return [new Uint8Array(sum).toHex(), verdicts.join()];
}
export default async () => [
  await mac("SHA-256", new Uint8Array(20).fill(0x0b), bytes("Hi There")),
  await mac("SHA-512", bytes("Jefe"), bytes("what do ya want for nothing?")),
  await mac("SHA-384", new Uint8Array(131).fill(0xaa), bytes("Test Using Larger Than Block-Size Key - Hash Key First")),
  await mac("SHA-1", new Uint8Array(20).fill(0x0b), bytes("Hi There")),
];
