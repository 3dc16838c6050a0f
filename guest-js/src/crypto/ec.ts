// SPDX-License-Identifier: Apache-2.0
// ECDSA and ECDH (Web Cryptography, 23 and 24).
import { type Algorithm, checkUsages, needUsages } from "./algorithm.ts";
import { agreement } from "./agreement.ts";
import { exportDer, type Half, halfOfFormat, importDer, makePair, needHalf, type PairUsages, usagesOfPair } from "./asymmetric_keys.ts";
import { dataError, notSupportedError, succeeded } from "./errors.ts";
import { checkJwk, decode, encode, fromJsonWebKey, type JsonWebKey } from "./jwk.ts";
import { asymmetricKey, type KeySlots } from "./key.ts";
import { type Handle, native } from "./native.ts";
import { ecdhParams, ecKeyParams, hashedParams, none } from "./normalize.ts";

const fieldBytes: Record<string, number> = { "P-256": 32, "P-384": 48, "P-521": 66 };
// RFC 7518, 3.1.
const curveOfAlg: Record<string, string> = { ES256: "P-256", ES384: "P-384", ES512: "P-521" };
const isCurve = (name: string) => Object.hasOwn(fieldBytes, name);

function importRaw(curve: string, data: Uint8Array, wanted: readonly string[], usages: PairUsages): Handle {
  checkUsages(wanted, usages.public);
  return succeeded(native.ecImport(curve, data), `The data is no point of ${curve}`, dataError);
}

function coordinate(text: string | undefined, member: string, size: number): Uint8Array {
  const bytes = decode(text, member);
  if (bytes.length !== size) throw dataError(`The JWK member "${member}" needs ${size} bytes`);
  return bytes;
}

function checkCurve(name: string, curve: string, jwk: JsonWebKey): void {
  if (jwk.crv !== curve) throw dataError(`The JWK member "crv" is not "${curve}"`);
  if (name === "ECDSA" && jwk.alg !== undefined && curveOfAlg[jwk.alg] !== curve) {
    throw dataError(`The JWK member "alg" does not fit ${curve}`);
  }
}

function importJwk(name: string, curve: string, jwk: JsonWebKey, extractable: boolean, wanted: readonly string[], usages: PairUsages): Handle {
  checkUsages(wanted, jwk.d === undefined ? usages.public : usages.private);
  checkJwk(jwk, "EC", name === "ECDSA" ? "sig" : "enc", extractable, wanted);
  checkCurve(name, curve, jwk);
  const size = fieldBytes[curve]!;
  const point = new Uint8Array(1 + 2 * size);
  point[0] = 4;
  point.set(coordinate(jwk.x, "x", size), 1);
  point.set(coordinate(jwk.y, "y", size), 1 + size);
  const secret = jwk.d === undefined ? undefined : coordinate(jwk.d, "d", size);
  return succeeded(native.ecImport(curve, point, secret), "The JWK is no EC key", dataError);
}

const pointOf = (key: KeySlots) => succeeded(native.ecExportPoint(key.handle), "The key cannot be exported");

function exportJwk(key: KeySlots): JsonWebKey {
  const crv = key.algorithm.namedCurve!;
  const point = new Uint8Array(pointOf(key));
  const x = encode(point.subarray(1, 1 + fieldBytes[crv]!));
  const y = encode(point.subarray(1 + fieldBytes[crv]!));
  const jwk: JsonWebKey = { kty: "EC", crv, x, y, key_ops: [...key.usages], ext: key.extractable };
  if (key.type === "private") jwk.d = encode(succeeded(native.ecExportSecret(key.handle), "The key cannot be exported"));
  return fromJsonWebKey(jwk);
}

function ec(name: "ECDSA" | "ECDH", usages: PairUsages, operations: Algorithm["operations"], functions: Partial<Algorithm>): Algorithm {
  return {
    name,
    operations: { ...operations, generateKey: ecKeyParams, importKey: ecKeyParams, exportKey: none },
    ...functions,
    generateKey({ namedCurve }, extractable, wanted) {
      checkUsages(wanted, usagesOfPair(usages));
      if (!isCurve(namedCurve)) throw notSupportedError(`The curve ${namedCurve} is not supported`);
      needUsages(wanted, usages.private);
      const handle = succeeded(native.ecGenerate(namedCurve), "No key could be made");
      return makePair({ name, namedCurve }, handle, extractable, wanted, usages);
    },
    importKey(format, data, { namedCurve }, extractable, wanted) {
      const make = (half: Half, handle: Handle) => asymmetricKey(half, { name, namedCurve }, handle, extractable, wanted);
      if (!isCurve(namedCurve)) throw notSupportedError(`The curve ${namedCurve} is not supported`);
      if (format === "jwk") {
        const jwk = data as JsonWebKey;
        return make(jwk.d === undefined ? "public" : "private", importJwk(name, namedCurve, jwk, extractable, wanted, usages));
      }
      if (format === "raw" || format === "raw-public") return make("public", importRaw(namedCurve, data as Uint8Array, wanted, usages));
      if (format !== "spki" && format !== "pkcs8") throw notSupportedError(`An EC key has no format ${format}`);
      return make(halfOfFormat(format), importDer(format, namedCurve, data as Uint8Array, wanted, usages));
    },
    exportKey(format, key) {
      if (format === "jwk") return exportJwk(key);
      if (format === "raw" || format === "raw-public") {
        needHalf(key, "public");
        return pointOf(key);
      }
      if (format !== "spki" && format !== "pkcs8") throw notSupportedError(`An EC key has no format ${format}`);
      return exportDer(format, key);
    },
  };
}

const signing: Partial<Algorithm> = {
  sign({ hash }, key, data) {
    needHalf(key, "private");
    return succeeded(native.ecdsaSign(hash.name, key.handle, data), "ECDSA failed");
  },
  verify({ hash }, key, signature, data) {
    needHalf(key, "public");
    return native.ecdsaVerify(hash.name, key.handle, signature, data) === true;
  },
};

export const ecAlgorithms: Algorithm[] = [
  ec("ECDSA", { public: ["verify"], private: ["sign"] }, { sign: hashedParams, verify: hashedParams }, signing),
  ec("ECDH", { public: [], private: ["deriveKey", "deriveBits"] }, { deriveBits: ecdhParams }, agreement),
];
