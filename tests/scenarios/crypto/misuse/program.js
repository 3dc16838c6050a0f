// Objects that are not what they seem, buffers that change under way, and what a program sees of a key.
const caught = (run) => { try { run(); return "nothing"; } catch (error) { return error.name; } };
const fails = (promise) => promise.then(() => "nothing", (error) => error.name);

export default async () => {
  const key = await crypto.subtle.importKey("raw", new Uint8Array(16), { name: "AES-GCM" }, false, ["decrypt", "encrypt", "encrypt"]);
  key.algorithm.name = "AES-CBC";
  key.usages.push("wrapKey");
  const buffer = new Uint8Array(64).fill(1);
  const detaching = { name: "AES-GCM", get iv() { buffer.buffer.transfer(); return new Uint8Array(12); } };
  const resizable = new ArrayBuffer(64, { maxByteLength: 128 });
  const shrinking = { name: "AES-GCM", get iv() { resizable.resize(8); return new Uint8Array(12); } };
  return {
    constructors: [Crypto, SubtleCrypto, CryptoKey].map((type) => caught(() => new type())),
    foreign: [caught(() => Crypto.prototype.getRandomValues.call({}, new Uint8Array(1))), caught(() => Crypto.prototype.subtle),
      await fails(SubtleCrypto.prototype.digest.call(crypto, "SHA-1", new Uint8Array(1))), caught(() => CryptoKey.prototype.type)],
    same: [crypto.subtle === crypto.subtle, key.algorithm === key.algorithm, key.usages === key.usages],
    unimpressed: (await crypto.subtle.encrypt({ name: "AES-GCM", iv: new Uint8Array(12) }, key, new Uint8Array(1))).byteLength,
    detached: (await crypto.subtle.encrypt(detaching, key, buffer)).byteLength,
    shrunk: (await crypto.subtle.encrypt(shrinking, key, new Uint8Array(resizable, 0, 64))).byteLength,
    tracked: (await crypto.subtle.encrypt(shrinking, key, resizable)).byteLength >= 16,
    hiddenFromJson: JSON.stringify(key),
    usages: (await crypto.subtle.importKey("raw", new Uint8Array(16), "AES-GCM", false, ["wrapKey", "decrypt", "encrypt"])).usages,
    tags: [crypto, crypto.subtle, key].map(String),
    lengths: ["encrypt", "verify", "importKey", "deriveBits", "unwrapKey"].map((name) => SubtleCrypto.prototype[name].length),
    huge: await fails(crypto.subtle.digest("SHA-256", { byteLength: 1e9 })),
  };
};
