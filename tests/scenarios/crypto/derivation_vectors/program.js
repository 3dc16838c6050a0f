// RFC 5869 (A.1, A.3), RFC 6070, RFC 7914 (11, PBKDF2-HMAC-SHA-256).
const hex = (text) => Uint8Array.fromHex(text);
const bytes = (text) => new TextEncoder().encode(text);

async function derive(parameters, secret, length) {
  const key = await crypto.subtle.importKey("raw", secret, parameters.name, false, ["deriveBits"]);
  return new Uint8Array(await crypto.subtle.deriveBits(parameters, key, length)).toHex();
}
const hkdf = (salt, info, length) =>
  derive({ name: "HKDF", hash: "SHA-256", salt: hex(salt), info: hex(info) }, new Uint8Array(22).fill(0x0b), length);
const pbkdf2 = (hash, password, salt, iterations, length) =>
  derive({ name: "PBKDF2", hash, salt: bytes(salt), iterations }, bytes(password), length);

export default async () => ({
  hkdf: await hkdf("000102030405060708090a0b0c", "f0f1f2f3f4f5f6f7f8f9", 336),
  hkdfEmpty: await hkdf("", "", 336),
  hkdfTooLong: await hkdf("", "", 255 * 256 + 8).catch((error) => error.name),
  pbkdf2: [await pbkdf2("SHA-1", "password", "salt", 1, 160), await pbkdf2("SHA-1", "password", "salt", 4096, 160)],
  pbkdf2Long: await pbkdf2("SHA-256", "passwd", "salt", 1, 512),
});
