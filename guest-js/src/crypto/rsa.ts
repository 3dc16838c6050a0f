// SPDX-License-Identifier: Apache-2.0
// RSASSA-PKCS1-v1_5, RSA-PSS and RSA-OAEP (Web Cryptography, 20 to 22).
import { type Algorithm, checkUsages, needUsages } from "./algorithm.ts";
import { exportDer, halfOfFormat, importDer, makePair, needHalf, type PairUsages, usagesOfPair } from "./asymmetric_keys.ts";
import { dataError, notSupportedError, operationError, succeeded } from "./errors.ts";
import { checkJwk, decode, encode, fromJsonWebKey, type JsonWebKey } from "./jwk.ts";
import { asymmetricKey, type KeyAlgorithm, type KeySlots } from "./key.ts";
import { type Handle, native } from "./native.ts";
import { hashedParams, none, type Parameters, rsaKeyGenParams, rsaOaepParams, rsaPssParams, type Dictionary } from "./normalize.ts";

const signatures: PairUsages = { public: ["verify"], private: ["sign"] };
const encryption: PairUsages = { public: ["encrypt", "wrapKey"], private: ["decrypt", "unwrapKey"] };
const empty = new Uint8Array();

function bitLength(bytes: Uint8Array): number {
  return bytes.length === 0 ? 0 : bytes.length * 8 - Math.clz32(bytes[0]!) + 24;
}

function describe(name: string, handle: Handle, hash: { readonly name: string }): KeyAlgorithm {
  const [modulus, exponent] = succeeded(native.rsaExport(handle, false), "The key has no numbers");
  return { name, modulusLength: bitLength(new Uint8Array(modulus!)), publicExponent: new Uint8Array(exponent!), hash };
}

// RFC 7518, 3.1 and 4.1.
function algOf(name: string, hash: string): string {
  const bits = hash.slice("SHA-".length);
  if (name === "RSA-OAEP") return bits === "1" ? "RSA-OAEP" : `RSA-OAEP-${bits}`;
  return `${name === "RSA-PSS" ? "PS" : "RS"}${bits}`;
}

function importJwk(jwk: JsonWebKey, alg: string, use: string, extractable: boolean, wanted: readonly string[], usages: PairUsages): Handle {
  const half = jwk.d === undefined ? "public" : "private";
  checkUsages(wanted, usages[half]);
  checkJwk(jwk, "RSA", use, extractable, wanted);
  if (jwk.alg !== undefined && jwk.alg !== alg) throw dataError(`The JWK member "alg" is not "${alg}"`);
  if (jwk.oth !== undefined) throw notSupportedError("RSA keys of more than two primes are not supported");
  const names = half === "public" ? (["n", "e"] as const) : (["n", "e", "d", "p", "q", "dp", "dq", "qi"] as const);
  const handle = native.rsaImport(...names.map((name) => decode(jwk[name], name)));
  return succeeded(handle, "The JWK is no RSA key", dataError);
}

function exportJwk(key: KeySlots): JsonWebKey {
  const secret = key.type === "private";
  const numbers = succeeded(native.rsaExport(key.handle, secret), "The key cannot be exported");
  const [n, e, d, p, q, dp, dq, qi] = numbers.map(encode);
  const jwk = { kty: "RSA", alg: algOf(key.algorithm.name, key.algorithm.hash!.name), n, e, key_ops: [...key.usages], ext: key.extractable };
  return fromJsonWebKey((secret ? { ...jwk, d, p, q, dp, dq, qi } : jwk) as JsonWebKey);
}

// OpenSSL would look for a fitting modulus for ever.
function checkExponent(exponent: Uint8Array): void {
  const number = exponent.subarray(exponent.findIndex((byte) => byte !== 0));
  if (number.length === 0 || (number.at(-1)! & 1) === 0 || (number.length === 1 && number[0]! < 3)) {
    throw operationError("The public exponent must be an odd number from 3 on");
  }
}

function rsa(name: string, use: "sig" | "enc", operations: Algorithm["operations"], functions: Partial<Algorithm>): Algorithm {
  const usages = use === "sig" ? signatures : encryption;
  return {
    name,
    operations: { ...operations, generateKey: rsaKeyGenParams, importKey: hashedParams, exportKey: none },
    ...functions,
    generateKey({ modulusLength, publicExponent, hash }, extractable, wanted) {
      checkUsages(wanted, usagesOfPair(usages));
      checkExponent(publicExponent);
      if (modulusLength < 512 || modulusLength > 16384) throw operationError("A modulus has 512 to 16384 bits");
      needUsages(wanted, usages.private);
      const handle = succeeded(native.rsaGenerate(modulusLength, publicExponent), "No key could be made with these parameters");
      return makePair({ name, modulusLength, publicExponent, hash }, handle, extractable, wanted, usages);
    },
    importKey(format, data, { hash }, extractable, wanted) {
      const make = (half: "public" | "private", handle: Handle) =>
        asymmetricKey(half, describe(name, handle, hash), handle, extractable, wanted);
      if (format === "jwk") {
        const jwk = data as JsonWebKey;
        const handle = importJwk(jwk, algOf(name, hash.name), use, extractable, wanted, usages);
        return make(jwk.d === undefined ? "public" : "private", handle);
      }
      if (format !== "spki" && format !== "pkcs8") throw notSupportedError(`An RSA key has no format ${format}`);
      return make(halfOfFormat(format), importDer(format, "RSA", data as Uint8Array, wanted, usages));
    },
    exportKey(format, key) {
      if (format === "jwk") return exportJwk(key);
      if (format !== "spki" && format !== "pkcs8") throw notSupportedError(`An RSA key has no format ${format}`);
      return exportDer(format, key);
    },
  };
}

function signing(scheme: "PKCS1" | "PSS"): Partial<Algorithm> {
  return {
    sign({ saltLength = 0 }, key, data) {
      needHalf(key, "private");
      return succeeded(native.rsaSign(scheme, key.algorithm.hash!.name, saltLength, key.handle, data), "The key is too short for this signature");
    },
    verify({ saltLength = 0 }, key, signature, data) {
      needHalf(key, "public");
      return native.rsaVerify(scheme, key.algorithm.hash!.name, saltLength, key.handle, signature, data) === true;
    },
  };
}

const crypt = (encrypts: boolean, { label = empty }: Parameters, key: KeySlots, data: Uint8Array) =>
  native.rsaOaep(encrypts, key.algorithm.hash!.name, label, key.handle, data);

const oaep: Partial<Algorithm> = {
  encrypt(parameters, key, data) {
    needHalf(key, "public");
    return succeeded(crypt(true, parameters, key, data), "RSA-OAEP: the data is too long for this key");
  },
  decrypt(parameters, key, data) {
    needHalf(key, "private");
    return succeeded(crypt(false, parameters, key, data), "RSA-OAEP: the data cannot be decrypted");
  },
};

const signs = (dictionary: Dictionary) => ({ sign: dictionary, verify: dictionary });

export const rsaAlgorithms: Algorithm[] = [
  rsa("RSASSA-PKCS1-v1_5", "sig", signs(none), signing("PKCS1")),
  rsa("RSA-PSS", "sig", signs(rsaPssParams), signing("PSS")),
  rsa("RSA-OAEP", "enc", { encrypt: rsaOaepParams, decrypt: rsaOaepParams }, oaep),
];
