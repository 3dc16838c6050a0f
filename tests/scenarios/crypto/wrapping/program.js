const { subtle } = crypto;
const same = (a, b) => new Uint8Array(a).toHex() === new Uint8Array(b).toHex();
const wrappers = [
  { name: "AES-KW", length: 256 }, { name: "AES-GCM", length: 256, iv: new Uint8Array(12) }, { name: "AES-CBC", length: 128, iv: new Uint8Array(16) },
];

async function wrap(wrapper) {
  const wrapping = await subtle.generateKey(wrapper, false, ["wrapKey", "unwrapKey"]);
  const key = await subtle.generateKey({ name: "AES-GCM", length: 256 }, true, ["encrypt"]);
  const wrapped = await subtle.wrapKey("raw", key, wrapping, wrapper);
  const unwrapped = await subtle.unwrapKey("raw", wrapped, wrapping, wrapper, "AES-GCM", true, ["encrypt"]);
  const spoilt = new Uint8Array(wrapped);
  spoilt[3] ^= 1;
  const refused = await subtle.unwrapKey("raw", spoilt, wrapping, wrapper, "AES-GCM", true, ["encrypt"]).then(() => "taken", (error) => error.name);
  return [same(await subtle.exportKey("raw", key), await subtle.exportKey("raw", unwrapped)), wrapper.name === "AES-CBC" || refused];
}

async function derive() {
  const password = await subtle.importKey("raw", new TextEncoder().encode("secret"), "PBKDF2", false, ["deriveKey"]);
  const parameters = { name: "PBKDF2", hash: "SHA-256", salt: new Uint8Array(8), iterations: 10 };
  const aes = await subtle.deriveKey(parameters, password, { name: "AES-CBC", length: 256 }, true, ["encrypt"]);
  const hmac = await subtle.deriveKey(parameters, password, { name: "HMAC", hash: "SHA-384" }, true, ["sign"]);
  return [(await subtle.exportKey("raw", aes)).byteLength, hmac.algorithm.length, aes.usages.join()];
}

async function jwk() {
  const wrapping = await subtle.generateKey({ name: "AES-GCM", length: 128 }, false, ["wrapKey", "unwrapKey", "encrypt"]);
  const parameters = { name: "AES-GCM", iv: new Uint8Array(12) };
  const { privateKey } = await subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign"]);
  const wrapped = await subtle.wrapKey("jwk", privateKey, wrapping, parameters);
  const unwrap = (bytes) => subtle.unwrapKey("jwk", bytes, wrapping, parameters, { name: "ECDSA", namedCurve: "P-256" }, false, ["sign"]);
  const key = await unwrap(wrapped);
  const noJson = await subtle.encrypt(parameters, wrapping, new Uint8Array(9));
  return [key.extractable, key.type, await unwrap(noJson).catch((error) => error.name)];
}

export default async () => ({ wrapped: await Promise.all(wrappers.map(wrap)), derived: await derive(), jwk: await jwk() });
