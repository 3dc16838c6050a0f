// SPDX-License-Identifier: Apache-2.0
// The steps of SubtleCrypto's methods after their arguments were converted (Web Cryptography, 14.3). All of it happens
// at once: what the standard does "in parallel" is done when the promise is returned.
import { aesAlgorithms } from "./aes.ts";
import type { Algorithm, KeyData, KeyFormat } from "./algorithm.ts";
import { digestAlgorithms } from "./digest.ts";
import { ecAlgorithms } from "./ec.ts";
import { dataError, invalidAccessError, notSupportedError, syntaxError } from "./errors.ts";
import { hmac } from "./hmac.ts";
import { type JsonWebKey, toJsonWebKey } from "./jwk.ts";
import { derivations } from "./kdf.ts";
import { type CryptoKey, type KeyPair, type KeySlots, slots } from "./key.ts";
import { algorithmNamed, normalize, type Operation, type Parameters, register } from "./normalize.ts";
import { okpAlgorithms } from "./okp.ts";
import { rsaAlgorithms } from "./rsa.ts";

register([...digestAlgorithms, ...aesAlgorithms, hmac, ...derivations, ...rsaAlgorithms, ...ecAlgorithms, ...okpAlgorithms]);

const named = (parameters: { readonly name: string }) => algorithmNamed(parameters.name) as Algorithm;

/** A key argument: bytes for all formats but "jwk". */
export type ImportedData = { readonly bytes: Uint8Array } | { readonly jwk: JsonWebKey };

function checkKey(parameters: Parameters, key: KeySlots, usage: string): void {
  if (parameters.name !== key.algorithm.name) throw invalidAccessError(`The key is for ${key.algorithm.name}, not ${parameters.name}`);
  if (!key.usages.includes(usage)) throw invalidAccessError(`The key is not meant for ${usage}`);
}

export function crypt(operation: "encrypt" | "decrypt", algorithm: unknown, key: KeySlots, data: Uint8Array): ArrayBuffer {
  const parameters = normalize(algorithm, operation);
  checkKey(parameters, key, operation);
  return named(parameters)[operation]!(parameters, key, data);
}

export function sign(algorithm: unknown, key: KeySlots, data: Uint8Array): ArrayBuffer {
  const parameters = normalize(algorithm, "sign");
  checkKey(parameters, key, "sign");
  return named(parameters).sign!(parameters, key, data);
}

export function verify(algorithm: unknown, key: KeySlots, signature: Uint8Array, data: Uint8Array): boolean {
  const parameters = normalize(algorithm, "verify");
  checkKey(parameters, key, "verify");
  return named(parameters).verify!(parameters, key, signature, data);
}

export function digest(algorithm: unknown, data: Uint8Array): ArrayBuffer {
  const parameters = normalize(algorithm, "digest");
  return named(parameters).digest!(parameters, data);
}

export function generateKey(algorithm: unknown, extractable: boolean, usages: readonly string[]): CryptoKey | KeyPair {
  const parameters = normalize(algorithm, "generateKey");
  return named(parameters).generateKey!(parameters, extractable, usages);
}

export function deriveBits(algorithm: unknown, key: KeySlots, length: number | null): ArrayBuffer {
  const parameters = normalize(algorithm, "deriveBits");
  checkKey(parameters, key, "deriveBits");
  return named(parameters).deriveBits!(parameters, key, length);
}

export function deriveKey(
  algorithm: unknown, baseKey: KeySlots, keyType: unknown, extractable: boolean, usages: readonly string[],
): CryptoKey {
  const parameters = normalize(algorithm, "deriveBits");
  const importing = normalize(keyType, "importKey");
  const sizing = normalize(keyType, "getKeyLength");
  checkKey(parameters, baseKey, "deriveKey");
  const length = named(sizing).getKeyLength!(sizing);
  const secret = named(parameters).deriveBits!(parameters, baseKey, length);
  return useful(named(importing).importKey!("raw", new Uint8Array(secret), importing, extractable, usages));
}

function useful(key: CryptoKey): CryptoKey {
  const { type, usages } = slots(key);
  if (type !== "public" && usages.length === 0) throw syntaxError("A key needs at least one usage");
  return key;
}

function importNormalized(format: KeyFormat, data: KeyData, parameters: Parameters, extractable: boolean, usages: readonly string[]): CryptoKey {
  return useful(named(parameters).importKey!(format, data, parameters, extractable, usages));
}

export function importKey(
  format: KeyFormat, data: ImportedData, algorithm: unknown, extractable: boolean, usages: readonly string[],
): CryptoKey {
  const parameters = normalize(algorithm, "importKey");
  if (format === "jwk") {
    if (!("jwk" in data)) throw new TypeError("The key of the format jwk is a JsonWebKey, not a buffer");
    return importNormalized(format, data.jwk, parameters, extractable, usages);
  }
  if (!("bytes" in data)) throw new TypeError(`The key of the format ${format} is a buffer`);
  return importNormalized(format, data.bytes, parameters, extractable, usages);
}

export function exportKey(format: KeyFormat, key: KeySlots): ArrayBuffer | JsonWebKey {
  const algorithm = named(key.algorithm);
  if (!algorithm.exportKey) throw notSupportedError(`Keys for ${algorithm.name} cannot be exported`);
  if (!key.extractable) throw invalidAccessError("The key is not extractable");
  return algorithm.exportKey(format, key);
}

// Wrapping with an algorithm that has no such operation is encrypting.
function normalizeWrapping(algorithm: unknown, operation: Operation, other: Operation): Parameters {
  try {
    return normalize(algorithm, operation);
  } catch {
    return normalize(algorithm, other);
  }
}

export function wrapKey(format: KeyFormat, key: KeySlots, wrappingKey: KeySlots, algorithm: unknown): ArrayBuffer {
  const parameters = normalizeWrapping(algorithm, "wrapKey", "encrypt");
  checkKey(parameters, wrappingKey, "wrapKey");
  const exported = exportKey(format, key);
  const bytes = exported instanceof ArrayBuffer ? new Uint8Array(exported) : new TextEncoder().encode(JSON.stringify(exported));
  const wrapping = named(parameters);
  return (wrapping.wrapKey ?? wrapping.encrypt)!(parameters, wrappingKey, bytes);
}

function parseJwk(bytes: ArrayBuffer): JsonWebKey {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw dataError("The unwrapped key is not JSON");
  }
  const jwk = toJsonWebKey(value);
  if (jwk.kty === undefined) throw dataError('The unwrapped JWK has no member "kty"');
  return jwk;
}

export function unwrapKey(
  format: KeyFormat, wrapped: Uint8Array, unwrappingKey: KeySlots, algorithm: unknown, keyType: unknown, extractable: boolean,
  usages: readonly string[],
): CryptoKey {
  const parameters = normalizeWrapping(algorithm, "unwrapKey", "decrypt");
  const importing = normalize(keyType, "importKey");
  checkKey(parameters, unwrappingKey, "unwrapKey");
  const unwrapping = named(parameters);
  const bytes = (unwrapping.unwrapKey ?? unwrapping.decrypt)!(parameters, unwrappingKey, wrapped);
  const data = format === "jwk" ? parseJwk(bytes) : new Uint8Array(bytes);
  return importNormalized(format, data, importing, extractable, usages);
}
