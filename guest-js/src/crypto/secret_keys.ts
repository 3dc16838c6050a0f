// SPDX-License-Identifier: Apache-2.0
// What keys that are nothing but bytes have in common: AES and HMAC.
import type { KeyData, KeyFormat } from "./algorithm.ts";
import { dataError, notSupportedError } from "./errors.ts";
import { checkJwk, decode, encode, fromJsonWebKey, type JsonWebKey } from "./jwk.ts";
import type { KeySlots } from "./key.ts";
import { native } from "./native.ts";

export function randomBytes(size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  native.fillRandom(bytes);
  return bytes;
}

/** The bytes of "raw" or "jwk". `alg` tells which algorithm a JWK with so many bytes is for. */
export function importBytes(
  format: KeyFormat, data: KeyData, use: string, extractable: boolean, usages: readonly string[], alg: (size: number) => string,
): Uint8Array {
  if (format === "raw" || format === "raw-secret") return new Uint8Array(data as Uint8Array);
  if (format !== "jwk") throw notSupportedError(`A secret key has no format ${format}`);
  const jwk = data as JsonWebKey;
  if (jwk.kty !== "oct") throw dataError('The JWK member "kty" is not "oct"');
  const bytes = decode(jwk.k, "k");
  const expected = alg(bytes.length);
  if (jwk.alg !== undefined && jwk.alg !== expected) throw dataError(`The JWK member "alg" is not "${expected}"`);
  checkJwk(jwk, "oct", use, extractable, usages);
  return bytes;
}

export function exportBytes(format: KeyFormat, key: KeySlots, alg: string): ArrayBuffer | JsonWebKey {
  if (format === "raw" || format === "raw-secret") return new Uint8Array(key.bytes).buffer;
  if (format !== "jwk") throw notSupportedError(`A secret key has no format ${format}`);
  return fromJsonWebKey({ kty: "oct", k: encode(key.bytes), alg, key_ops: [...key.usages], ext: key.extractable });
}
