// SPDX-License-Identifier: Apache-2.0
// Ed25519 and X25519 (Web Cryptography, 25 and 26).
import { agreement } from "./agreement.ts";
import { type Algorithm, checkUsages, needUsages } from "./algorithm.ts";
import { exportDer, type Half, halfOfFormat, importDer, makePair, needHalf, type PairUsages, usagesOfPair } from "./asymmetric_keys.ts";
import { dataError, notSupportedError, succeeded } from "./errors.ts";
import { checkJwkUse, decode, encode, fromJsonWebKey, type JsonWebKey } from "./jwk.ts";
import { asymmetricKey, type KeySlots } from "./key.ts";
import { type Handle, native } from "./native.ts";
import { ecdhParams, none } from "./normalize.ts";

const raw = (handle: Handle, secret: boolean) => succeeded(native.okpExport(handle, secret), "The key cannot be exported");

function importRaw(curve: string, secret: boolean, bytes: Uint8Array): Handle {
  return succeeded(native.okpImport(curve, secret, bytes), `The data is no ${curve} key`, dataError);
}

function checkKind(curve: string, jwk: JsonWebKey): void {
  if (jwk.kty !== "OKP") throw dataError('The JWK member "kty" is not "OKP"');
  if (jwk.crv !== curve) throw dataError(`The JWK member "crv" is not "${curve}"`);
  if (curve === "Ed25519" && jwk.alg !== undefined && jwk.alg !== "Ed25519" && jwk.alg !== "EdDSA") {
    throw dataError('The JWK member "alg" is not "Ed25519"');
  }
}

function importJwk(curve: string, jwk: JsonWebKey, extractable: boolean, wanted: readonly string[], usages: PairUsages): Handle {
  checkUsages(wanted, jwk.d === undefined ? usages.public : usages.private);
  checkKind(curve, jwk);
  checkJwkUse(jwk, curve === "Ed25519" ? "sig" : "enc", extractable, wanted);
  const point = decode(jwk.x, "x");
  if (jwk.d === undefined) return importRaw(curve, false, point);
  const handle = importRaw(curve, true, decode(jwk.d, "d"));
  if (encode(raw(handle, false)) !== encode(point)) throw dataError('The JWK members "x" and "d" are not of one key');
  return handle;
}

function exportJwk(key: KeySlots): JsonWebKey {
  const crv = key.algorithm.name;
  const jwk: JsonWebKey = { kty: "OKP", crv, x: encode(raw(key.handle, false)), key_ops: [...key.usages], ext: key.extractable };
  if (crv === "Ed25519") jwk.alg = "Ed25519";
  if (key.type === "private") jwk.d = encode(raw(key.handle, true));
  return fromJsonWebKey(jwk);
}

function okp(name: string, usages: PairUsages, operations: Algorithm["operations"], functions: Partial<Algorithm>): Algorithm {
  return {
    name,
    operations: { ...operations, generateKey: none, importKey: none, exportKey: none },
    ...functions,
    generateKey(_, extractable, wanted) {
      checkUsages(wanted, usagesOfPair(usages));
      needUsages(wanted, usages.private);
      const handle = succeeded(native.okpGenerate(name), "No key could be made");
      return makePair({ name }, handle, extractable, wanted, usages);
    },
    importKey(format, data, _, extractable, wanted) {
      const make = (half: Half, handle: Handle) => asymmetricKey(half, { name }, handle, extractable, wanted);
      if (format === "jwk") {
        const jwk = data as JsonWebKey;
        return make(jwk.d === undefined ? "public" : "private", importJwk(name, jwk, extractable, wanted, usages));
      }
      if (format === "raw" || format === "raw-public") {
        checkUsages(wanted, usages.public);
        return make("public", importRaw(name, false, data as Uint8Array));
      }
      if (format !== "spki" && format !== "pkcs8") throw notSupportedError(`An ${name} key has no format ${format}`);
      return make(halfOfFormat(format), importDer(format, name, data as Uint8Array, wanted, usages));
    },
    exportKey(format, key) {
      if (format === "jwk") return exportJwk(key);
      if (format === "raw" || format === "raw-public") {
        needHalf(key, "public");
        return raw(key.handle, false);
      }
      if (format !== "spki" && format !== "pkcs8") throw notSupportedError(`An ${name} key has no format ${format}`);
      return exportDer(format, key);
    },
  };
}

const signing: Partial<Algorithm> = {
  sign(_, key, data) {
    needHalf(key, "private");
    return succeeded(native.ed25519Sign(key.handle, data), "Ed25519 failed");
  },
  verify(_, key, signature, data) {
    needHalf(key, "public");
    return native.ed25519Verify(key.handle, signature, data) === true;
  },
};

export const okpAlgorithms: Algorithm[] = [
  okp("Ed25519", { public: ["verify"], private: ["sign"] }, { sign: none, verify: none }, signing),
  okp("X25519", { public: [], private: ["deriveKey", "deriveBits"] }, { deriveBits: ecdhParams }, agreement),
];
