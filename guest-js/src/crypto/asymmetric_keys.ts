// SPDX-License-Identifier: Apache-2.0
// What key pairs of all algorithms have in common.
import { type KeyFormat, checkUsages } from "./algorithm.ts";
import { dataError, invalidAccessError, operationError, succeeded } from "./errors.ts";
import { asymmetricKey, type KeyAlgorithm, type KeyPair, type KeySlots } from "./key.ts";
import { type Handle, native } from "./native.ts";

/** Which usages the two keys of an algorithm can have. */
export interface PairUsages {
  readonly public: readonly string[];
  readonly private: readonly string[];
}

export type Half = "public" | "private";

export function usagesOfPair(usages: PairUsages): string[] {
  return [...usages.public, ...usages.private.filter((usage) => !usages.public.includes(usage))];
}

export function makePair(
  algorithm: KeyAlgorithm, handle: Handle, extractable: boolean, wanted: readonly string[], usages: PairUsages,
): KeyPair {
  const of = (half: Half) => wanted.filter((usage) => usages[half].includes(usage));
  return {
    publicKey: asymmetricKey("public", algorithm, handle, true, of("public")),
    privateKey: asymmetricKey("private", algorithm, handle, extractable, of("private")),
  };
}

export function needHalf(key: KeySlots, half: Half): void {
  if (key.type !== half) throw invalidAccessError(`This operation needs a ${half} key`);
}

/** A key from "spki" or "pkcs8". `type` is what native code calls the kind of key that it must be. */
export function importDer(format: "spki" | "pkcs8", type: string, der: Uint8Array, wanted: readonly string[], usages: PairUsages): Handle {
  checkUsages(wanted, format === "spki" ? usages.public : usages.private);
  const handle = format === "spki" ? native.importSpki(type, der) : native.importPkcs8(type, der);
  return succeeded(handle, `The data is no ${type} key in the format ${format}`, dataError);
}

export const halfOfFormat = (format: KeyFormat): Half => (format === "pkcs8" ? "private" : "public");

export function exportDer(format: "spki" | "pkcs8", key: KeySlots): ArrayBuffer {
  needHalf(key, halfOfFormat(format));
  const der = format === "spki" ? native.exportSpki(key.handle) : native.exportPkcs8(key.handle);
  return succeeded(der, "The key cannot be exported", operationError);
}
