// SPDX-License-Identifier: Apache-2.0
// CryptoKey (Web Cryptography, 13). What operations rely on are its private fields; what a program sees of them are copies.
import { defineInterface } from "group:webidl";
import type { Handle } from "./native.ts";
import { checkPermit, permit } from "./permit.ts";

export type KeyType = "public" | "private" | "secret";

// In the order in which a key lists them.
export const allUsages = [
  "encrypt", "decrypt", "sign", "verify", "deriveKey", "deriveBits", "wrapKey", "unwrapKey",
  "encapsulateKey", "encapsulateBits", "decapsulateKey", "decapsulateBits",
];

export interface KeyAlgorithm {
  readonly name: string;
  readonly hash?: { readonly name: string };
  readonly length?: number;
  readonly modulusLength?: number;
  readonly namedCurve?: string;
  readonly publicExponent?: Uint8Array;
}

export interface KeySlots {
  readonly type: KeyType;
  readonly algorithm: KeyAlgorithm;
  readonly extractable: boolean;
  readonly usages: readonly string[];
  // Of a secret key its bytes, of any other what native code keeps.
  readonly bytes: Uint8Array;
  readonly handle: Handle;
}

const noHandle = undefined as unknown as Handle;
const noBytes = undefined as unknown as Uint8Array;

let slotsOf: (key: CryptoKey_) => KeySlots;
export let isCryptoKey: (value: unknown) => value is CryptoKey_;

function publicCopy(algorithm: KeyAlgorithm): object {
  const copy: Record<string, unknown> = { ...algorithm };
  if (algorithm.hash) copy.hash = { ...algorithm.hash };
  if (algorithm.publicExponent) copy.publicExponent = algorithm.publicExponent.slice();
  return copy;
}

class CryptoKey_ {
  #slots: KeySlots;
  #algorithm: object | undefined;
  #usages: string[] | undefined;

  constructor(...values: unknown[]) {
    checkPermit(values);
    this.#slots = values[1] as KeySlots;
  }

  get type(): KeyType {
    return this.#slots.type;
  }
  get extractable(): boolean {
    return this.#slots.extractable;
  }
  get algorithm(): object {
    return (this.#algorithm ??= publicCopy(this.#slots.algorithm));
  }
  get usages(): string[] {
    return (this.#usages ??= [...this.#slots.usages]);
  }

  static {
    slotsOf = (key) => key.#slots;
    isCryptoKey = (value): value is CryptoKey_ => typeof value === "object" && value !== null && #slots in value;
  }
}

export const CryptoKey = defineInterface(CryptoKey_, { name: "CryptoKey" });
export type CryptoKey = CryptoKey_;

/** The key's own fields; a TypeError for anything but a CryptoKey. */
export function slots(value: unknown): KeySlots {
  if (!isCryptoKey(value)) throw new TypeError("The argument is not a CryptoKey");
  return slotsOf(value);
}

export interface KeyPair {
  publicKey: CryptoKey;
  privateKey: CryptoKey;
}

function usagesInOrder(usages: readonly string[]): string[] {
  return allUsages.filter((usage) => usages.includes(usage));
}

export function secretKey(algorithm: KeyAlgorithm, bytes: Uint8Array, extractable: boolean, usages: readonly string[]): CryptoKey {
  return new CryptoKey_(permit, { type: "secret", algorithm, extractable, usages: usagesInOrder(usages), bytes, handle: noHandle });
}

export function asymmetricKey(
  type: "public" | "private", algorithm: KeyAlgorithm, handle: Handle, extractable: boolean, usages: readonly string[],
): CryptoKey {
  return new CryptoKey_(permit, { type, algorithm, extractable, usages: usagesInOrder(usages), bytes: noBytes, handle });
}

// Serializable (13.5): the copy shares what native code keeps.
require("native:clone").register({
  name: "CryptoKey",
  is: isCryptoKey,
  clone: slotsOf,
  revive: (fields: KeySlots) => new CryptoKey_(permit, fields),
});
