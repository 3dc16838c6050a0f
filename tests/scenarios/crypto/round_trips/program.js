// Every kind of key: made, exported in each format, imported again, used.
const data = new TextEncoder().encode("the message");
const same = (a, b) => new Uint8Array(a).toHex() === new Uint8Array(b).toHex();
const rsa = { modulusLength: 1024, publicExponent: new Uint8Array([1, 0, 1]), hash: "SHA-256" };
const pairs = [
  { name: "RSASSA-PKCS1-v1_5", ...rsa }, { name: "RSA-PSS", ...rsa, saltLength: 32 }, { name: "RSA-OAEP", ...rsa, label: data },
  { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" }, { name: "ECDSA", namedCurve: "P-384", hash: "SHA-384" },
  { name: "ECDSA", namedCurve: "P-521", hash: "SHA-512" }, { name: "ECDH", namedCurve: "P-256" },
  { name: "ECDH", namedCurve: "P-521" }, { name: "Ed25519" }, { name: "X25519" },
];
const secrets = [
  { name: "AES-CBC", length: 128, iv: new Uint8Array(16) }, { name: "AES-CTR", length: 192, counter: new Uint8Array(16) },
  { name: "AES-GCM", length: 256, iv: new Uint8Array(12), tagLength: 96 }, { name: "HMAC", hash: "SHA-512" },
];

const usagesOf = ({ name }) =>
  name.endsWith("DH") || name === "X25519" ? [["deriveBits"], []] : name === "RSA-OAEP" ? [["decrypt"], ["encrypt"]] : [["sign"], ["verify"]];

async function reimport(algorithm, key, format, usages) {
  const again = await crypto.subtle.importKey(format, await crypto.subtle.exportKey(format, key), algorithm, true, usages);
  if (JSON.stringify(again.algorithm) !== JSON.stringify(key.algorithm)) throw new Error(`${format} changed the algorithm`);
  return again;
}

async function use(algorithm, { publicKey, privateKey }) {
  const parameters = { ...algorithm };
  if (usagesOf(algorithm)[0][0] === "deriveBits") {
    const other = await crypto.subtle.generateKey(algorithm, false, ["deriveBits"]);
    const ours = await crypto.subtle.deriveBits({ ...parameters, public: other.publicKey }, privateKey, null);
    return same(ours, await crypto.subtle.deriveBits({ ...parameters, public: publicKey }, other.privateKey, null));
  }
  if (algorithm.name === "RSA-OAEP") {
    return same(data, await crypto.subtle.decrypt(parameters, privateKey, await crypto.subtle.encrypt(parameters, publicKey, data)));
  }
  return crypto.subtle.verify(parameters, publicKey, await crypto.subtle.sign(parameters, privateKey, data), data);
}

async function pair(algorithm) {
  const [privateUsages, publicUsages] = usagesOf(algorithm);
  const made = await crypto.subtle.generateKey(algorithm, true, [...privateUsages, ...publicUsages]);
  const publicFormats = ["spki", "jwk", ...(algorithm.hash && !algorithm.namedCurve ? [] : ["raw"])];
  let good = await use(algorithm, made);
  for (const privateFormat of ["pkcs8", "jwk"]) {
    for (const publicFormat of publicFormats) {
      const publicKey = await reimport(algorithm, made.publicKey, publicFormat, publicUsages);
      const privateKey = await reimport(algorithm, made.privateKey, privateFormat, privateUsages);
      good &&= await use(algorithm, { publicKey, privateKey });
    }
  }
  return good;
}

async function secret(algorithm) {
  const usages = algorithm.name === "HMAC" ? ["sign", "verify"] : ["encrypt", "decrypt"];
  const made = await crypto.subtle.generateKey(algorithm, true, usages);
  const again = await reimport(algorithm, await reimport(algorithm, made, "raw", usages), "jwk", usages);
  if (algorithm.name === "HMAC") return crypto.subtle.verify(algorithm, again, await crypto.subtle.sign(algorithm, made, data), data);
  const parameters = algorithm.counter ? { ...algorithm, length: 64 } : algorithm;
  return same(data, await crypto.subtle.decrypt(parameters, again, await crypto.subtle.encrypt(parameters, made, data)));
}

export default async () => {
  const bad = [];
  for (const algorithm of pairs) if (!(await pair(algorithm))) bad.push(algorithm.name);
  for (const algorithm of secrets) if (!(await secret(algorithm))) bad.push(algorithm.name);
  return bad;
};
