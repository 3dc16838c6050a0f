// NIST SP 800-38A (F.2.1, F.5.1), the GCM specification's test case 4, RFC 3394 (4.1).
const hex = (text) => Uint8Array.fromHex(text);
const text = (buffer) => new Uint8Array(buffer).toHex();
const key = "2b7e151628aed2a6abf7158809cf4f3c";
const plain = "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51";

async function both(parameters, keyHex, plainHex) {
  const imported = await crypto.subtle.importKey("raw", hex(keyHex), parameters.name, false, ["encrypt", "decrypt"]);
  const secret = await crypto.subtle.encrypt(parameters, imported, hex(plainHex));
  const back = await crypto.subtle.decrypt(parameters, imported, secret);
  return [text(secret), text(back) === plainHex];
}

export default async () => {
  const gcm = {
    name: "AES-GCM", iv: hex("cafebabefacedbaddecaf888"), additionalData: hex("feedfacedeadbeeffeedfacedeadbeefabaddad2"),
  };
  const gcmPlain = "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39";
  const wrapping = await crypto.subtle.importKey("raw", hex("000102030405060708090a0b0c0d0e0f"), "AES-KW", false, ["wrapKey", "unwrapKey"]);
  const wrapped = await crypto.subtle.importKey("raw", hex("00112233445566778899aabbccddeeff"), "AES-CBC", true, ["encrypt"]);
  return {
    cbc: await both({ name: "AES-CBC", iv: hex("000102030405060708090a0b0c0d0e0f") }, key, plain),
    ctr: await both({ name: "AES-CTR", counter: hex("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff"), length: 128 }, key, plain),
    gcm: await both(gcm, "feffe9928665731c6d6a8f9467308308", gcmPlain),
    kw: text(await crypto.subtle.wrapKey("raw", wrapped, wrapping, "AES-KW")),
  };
};
