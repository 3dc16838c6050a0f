// SPDX-License-Identifier: Apache-2.0
// What an algorithm is to SubtleCrypto: the dictionaries of its operations, and a function for each.
import { syntaxError } from "./errors.ts";
import type { JsonWebKey } from "./jwk.ts";
import type { CryptoKey, KeyPair, KeySlots } from "./key.ts";
import type { Parameters, Supported } from "./normalize.ts";

export type KeyFormat = "raw" | "raw-public" | "raw-secret" | "spki" | "pkcs8" | "jwk";

/** Bytes for every format but "jwk". */
export type KeyData = Uint8Array | JsonWebKey;

export interface Algorithm extends Supported {
  encrypt?(parameters: Parameters, key: KeySlots, data: Uint8Array): ArrayBuffer;
  decrypt?(parameters: Parameters, key: KeySlots, data: Uint8Array): ArrayBuffer;
  sign?(parameters: Parameters, key: KeySlots, data: Uint8Array): ArrayBuffer;
  verify?(parameters: Parameters, key: KeySlots, signature: Uint8Array, data: Uint8Array): boolean;
  digest?(parameters: Parameters, data: Uint8Array): ArrayBuffer;
  deriveBits?(parameters: Parameters, key: KeySlots, length: number | null): ArrayBuffer;
  wrapKey?(parameters: Parameters, key: KeySlots, data: Uint8Array): ArrayBuffer;
  unwrapKey?(parameters: Parameters, key: KeySlots, data: Uint8Array): ArrayBuffer;
  generateKey?(parameters: Parameters, extractable: boolean, usages: readonly string[]): CryptoKey | KeyPair;
  importKey?(format: KeyFormat, data: KeyData, parameters: Parameters, extractable: boolean, usages: readonly string[]): CryptoKey;
  exportKey?(format: KeyFormat, key: KeySlots): ArrayBuffer | JsonWebKey;
  getKeyLength?(parameters: Parameters): number | null;
}

export function checkUsages(usages: readonly string[], allowed: readonly string[]): void {
  const wrong = usages.find((usage) => !allowed.includes(usage));
  if (wrong !== undefined) throw syntaxError(`The usage ${wrong} does not fit the key`);
}

/** Before a key is made: the standard wants it after all other checks. */
export function needUsages(usages: readonly string[], useful: readonly string[]): void {
  if (!usages.some((usage) => useful.includes(usage))) throw syntaxError("A key needs at least one usage");
}

export const intersection = (usages: readonly string[], allowed: readonly string[]) =>
  usages.filter((usage) => allowed.includes(usage));

/** The first `length` bits of `bytes`; the rest of the last byte is zero. */
export function firstBits(bytes: Uint8Array, length: number): Uint8Array<ArrayBuffer> {
  const part = new Uint8Array(bytes.subarray(0, Math.ceil(length / 8)));
  if (length % 8 !== 0) part[part.length - 1]! &= 0xff << (8 - (length % 8));
  return part;
}
