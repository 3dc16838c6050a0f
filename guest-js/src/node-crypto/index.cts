// SPDX-License-Identifier: Apache-2.0
// node:crypto, as far as hashing, keys from passwords and randomness go. Ciphers, signatures and key objects are those
// of crypto.subtle.
const { createHash, createHmac, getHashes, hash, Hash, Hmac } = require("./hash.ts");
const { hkdf, hkdfSync, pbkdf2, pbkdf2Sync } = require("./derivation.ts");
const { randomBytes, randomFill, randomFillSync, randomInt } = require("./random.ts");
const { codes } = require("internal/errors");
const native = require("native:crypto");
const { crypto } = require("group:crypto");

function timingSafeEqual(a: any, b: any): boolean {
  for (const [name, value] of [["buf1", a], ["buf2", b]] as const) {
    if (!ArrayBuffer.isView(value) && !(value instanceof ArrayBuffer)) {
      throw new codes.ERR_INVALID_ARG_TYPE(name, ["ArrayBuffer", "Buffer", "TypedArray", "DataView"], value);
    }
  }
  if (a.byteLength !== b.byteLength) {
    const code = "ERR_CRYPTO_TIMING_SAFE_EQUAL_LENGTH";
    throw Object.assign(new RangeError("Input buffers must have the same byte length"), { code });
  }
  return native.timingSafeEqual(a, b);
}

const absent: Record<string, unknown> = {};
for (const name of [
  "createCipheriv", "createDecipheriv", "createSign", "createVerify", "sign", "verify", "generateKeyPair",
  "generateKeyPairSync", "generateKey", "generateKeySync", "createPrivateKey", "createPublicKey", "createSecretKey",
  "createECDH", "createDiffieHellman", "diffieHellman", "publicEncrypt", "privateDecrypt", "privateEncrypt",
  "publicDecrypt", "scrypt", "scryptSync", "X509Certificate", "KeyObject", "checkPrime", "generatePrime",
]) {
  absent[name] = function () {
    throw new Error(`crypto.${name} is not available in the sandbox; use crypto.subtle`);
  };
}

module.exports = {
  createHash, createHmac, getHashes, hash, Hash, Hmac, hkdf, hkdfSync, pbkdf2, pbkdf2Sync, randomBytes, randomFill,
  randomFillSync, randomInt, timingSafeEqual,
  randomUUID: () => crypto.randomUUID(),
  getRandomValues: (array: ArrayBufferView) => crypto.getRandomValues(array),
  webcrypto: crypto,
  subtle: crypto.subtle,
  ...absent,
};
