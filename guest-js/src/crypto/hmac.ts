// SPDX-License-Identifier: Apache-2.0
// HMAC (Web Cryptography, 31).
import { type Algorithm, checkUsages, firstBits, needUsages } from "./algorithm.ts";
import { dataError, operationError, succeeded } from "./errors.ts";
import { type KeySlots, secretKey } from "./key.ts";
import { native } from "./native.ts";
import { hmacParams, none, type Parameters } from "./normalize.ts";
import { exportBytes, importBytes, randomBytes } from "./secret_keys.ts";

const usages = ["sign", "verify"];
// A key of more bits is legal and useless; this one bounds the memory that a program can ask for.
const mostBits = 2 ** 31;

const alg = (hash: string) => `HS${hash.slice("SHA-".length)}`;
const sum = (key: KeySlots, data: Uint8Array) => succeeded(native.hmac(key.algorithm.hash!.name, key.bytes, data), "HMAC failed");

function keyLength({ length, hash }: Parameters, error: (message: string) => Error): number {
  if (length === 0) throw error("HMAC: a key has at least one bit");
  // The hash's block.
  return length ?? (hash.name === "SHA-1" || hash.name === "SHA-256" ? 512 : 1024);
}

function importedLength(bytes: Uint8Array, wanted: number | undefined): number {
  const length = bytes.length * 8;
  if (length === 0) throw dataError("HMAC: the key is empty");
  if (wanted === undefined) return length;
  if (wanted > length || wanted <= length - 8) throw dataError(`HMAC: the key does not have ${wanted} bits`);
  return wanted;
}

export const hmac: Algorithm = {
  name: "HMAC",
  operations: {
    sign: none, verify: none, generateKey: hmacParams, importKey: hmacParams, exportKey: none, getKeyLength: hmacParams,
  },
  sign: (_, key, data) => sum(key, data),
  verify: (_, key, signature, data) => native.timingSafeEqual(sum(key, data), signature),
  generateKey(parameters, extractable, wanted) {
    checkUsages(wanted, usages);
    const length = keyLength(parameters, operationError);
    needUsages(wanted, usages);
    if (length > mostBits) throw operationError("HMAC: the key is too long");
    const bytes = firstBits(randomBytes(Math.ceil(length / 8)), length);
    return secretKey({ name: "HMAC", length, hash: parameters.hash }, bytes, extractable, wanted);
  },
  importKey(format, data, { hash, length: asked }, extractable, wanted) {
    checkUsages(wanted, usages);
    const bytes = importBytes(format, data, "sig", extractable, wanted, () => alg(hash.name));
    const length = importedLength(bytes, asked);
    return secretKey({ name: "HMAC", length, hash }, firstBits(bytes, length), extractable, wanted);
  },
  exportKey: (format, key) => exportBytes(format, key, alg(key.algorithm.hash!.name)),
  getKeyLength: (parameters) => keyLength(parameters, (message) => new TypeError(message)),
};
