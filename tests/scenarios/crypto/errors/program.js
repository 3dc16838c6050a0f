// The names of errors, and which of two comes first.
const { subtle } = crypto;
const bytes = (size) => new Uint8Array(size);
const fails = async (promise) => promise.then(() => "nothing", (error) => (error instanceof DOMException ? error.name : error.constructor.name));
const gcm = (usages, extractable = false) => subtle.importKey("raw", bytes(16), "AES-GCM", extractable, usages);
const iv = { name: "AES-GCM", iv: bytes(12) };
const rsa = { name: "RSA-PSS", modulusLength: 1024, publicExponent: new Uint8Array([1, 0, 1]), hash: "SHA-256" };

export default async () => {
  const key = await gcm(["encrypt", "decrypt"]);
  const pair = await subtle.generateKey({ name: "ECDH", namedCurve: "P-256" }, false, ["deriveBits"]);
  const other = await subtle.generateKey({ name: "ECDH", namedCurve: "P-384" }, false, ["deriveBits"]);
  const ecdh = (publicKey, length) => subtle.deriveBits({ name: "ECDH", public: publicKey }, pair.privateKey, length);
  return {
    unknownAlgorithm: await fails(subtle.digest("MD5", bytes(1))),
    noName: await fails(subtle.digest({}, bytes(1))),
    noOperation: await fails(subtle.generateKey("HKDF", false, ["deriveBits"])),
    memberMissing: await fails(subtle.encrypt("AES-GCM", key, bytes(1))),
    memberOutOfRange: await fails(subtle.encrypt({ ...iv, tagLength: 256 }, key, bytes(1))),
    tagLength: await fails(subtle.encrypt({ ...iv, tagLength: 40 }, key, bytes(1))),
    ivLength: await fails(subtle.encrypt({ name: "AES-CBC", iv: bytes(15) }, await subtle.importKey("raw", bytes(16), "AES-CBC", false, ["encrypt"]), bytes(1))),
    otherAlgorithm: await fails(subtle.encrypt({ name: "AES-CBC", iv: bytes(16) }, key, bytes(1))),
    usage: await fails(subtle.encrypt(iv, await gcm(["decrypt"]), bytes(1))),
    notAuthentic: await fails(subtle.decrypt(iv, key, bytes(40))),
    tooShort: await fails(subtle.decrypt(iv, key, bytes(3))),
    noKey: await fails(subtle.encrypt(iv, {}, bytes(1))),
    noData: await fails(subtle.encrypt(iv, key, "text")),
    notExtractable: await fails(subtle.exportKey("raw", key)),
    noExport: await fails(subtle.importKey("raw", bytes(4), "PBKDF2", false, ["deriveBits"]).then((secret) => subtle.exportKey("raw", secret))),
    format: await fails(subtle.importKey("pem", bytes(16), "AES-GCM", false, ["encrypt"])),
    otherFormat: await fails(subtle.importKey("spki", bytes(16), "AES-GCM", false, ["encrypt"])),
    bufferForJwk: await fails(subtle.importKey("jwk", bytes(16), "AES-GCM", false, ["encrypt"])),
    keyLength: await fails(subtle.importKey("raw", bytes(17), "AES-GCM", false, ["encrypt"])),
    usageFirst: await fails(subtle.importKey("raw", bytes(17), "AES-GCM", false, ["sign"])),
    noUsages: await fails(subtle.importKey("raw", bytes(16), "AES-GCM", false, [])),
    unknownUsage: await fails(subtle.importKey("raw", bytes(16), "AES-GCM", false, ["paint"])),
    derLeftOver: await fails(subtle.importKey("spki", bytes(90), { name: "ECDSA", namedCurve: "P-256" }, false, ["verify"])),
    curve: await fails(subtle.generateKey({ name: "ECDSA", namedCurve: "P-257" }, false, ["sign"])),
    exponent: await fails(subtle.generateKey({ ...rsa, publicExponent: new Uint8Array([1, 0, 0]) }, false, ["sign"])),
    exponentType: await fails(subtle.generateKey({ ...rsa, publicExponent: [1, 0, 1] }, false, ["sign"])),
    modulus: await fails(subtle.generateKey({ ...rsa, modulusLength: 2 ** 31 }, false, ["sign"])),
    hmacLength: await fails(subtle.generateKey({ name: "HMAC", hash: "SHA-256", length: 2 ** 32 - 1 }, false, ["sign"])),
    otherCurve: await fails(ecdh(other.publicKey, 128)),
    ownSecret: await fails(ecdh(pair.privateKey, 128)),
    tooManyBits: await fails(ecdh(pair.publicKey, 264)),
    iterations: await fails(subtle.importKey("raw", bytes(4), "PBKDF2", false, ["deriveBits"]).then((secret) =>
      subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt: bytes(1), iterations: 0 }, secret, 128))),
    keyOps: await fails(subtle.importKey("jwk", { kty: "oct", k: "AAAAAAAAAAAAAAAAAAAAAA", key_ops: ["decrypt"] }, "AES-GCM", false, ["encrypt"])),
    notBase64: await fails(subtle.importKey("jwk", { kty: "oct", k: "AAAA AAAA+AAAAAAAAAAAA" }, "AES-GCM", false, ["encrypt"])),
    otherAlg: await fails(subtle.importKey("jwk", { kty: "oct", k: "AAAAAAAAAAAAAAAAAAAAAA", alg: "A256GCM" }, "AES-GCM", false, ["encrypt"])),
  };
};
