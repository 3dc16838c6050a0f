// SPDX-License-Identifier: Apache-2.0
// SubtleCrypto (Web Cryptography, 14): what each method makes of its arguments.
import { convert, defineInterface, domString, requireArguments } from "group:webidl";
import type { KeyFormat } from "./algorithm.ts";
import { type JsonWebKey, toJsonWebKey } from "./jwk.ts";
import { allUsages, type CryptoKey, type KeyPair, slots } from "./key.ts";
import { native } from "./native.ts";
import { algorithmIdentifier, bufferSource } from "./normalize.ts";
import * as operations from "./operations.ts";
import { checkPermit, permit } from "./permit.ts";

const formats = ["raw", "raw-public", "raw-secret", "spki", "pkcs8", "jwk"];

function keyFormat(value: unknown): KeyFormat {
  const format = domString(value);
  if (!formats.includes(format)) throw new TypeError(`"${format}" is not a format of keys`);
  return format as KeyFormat;
}

function keyUsages(value: any): string[] {
  if (typeof value !== "object" || value === null || typeof value[Symbol.iterator] !== "function") {
    throw new TypeError("The usages are not a sequence");
  }
  return Array.from(value as Iterable<unknown>, (each) => {
    const usage = domString(each);
    if (!allUsages.includes(usage)) throw new TypeError(`"${usage}" is not a usage of keys`);
    return usage;
  });
}

function keyData(value: unknown): operations.ImportedData {
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return { bytes: bufferSource(value, "The key") };
  return { jwk: toJsonWebKey(value) };
}

class SubtleCrypto_ {
  #brand = true;

  constructor(...values: unknown[]) {
    checkPermit(values);
  }

  async encrypt(algorithm: unknown, key: unknown, data: unknown): Promise<ArrayBuffer> {
    this.#brand;
    requireArguments(arguments.length, 3, "SubtleCrypto.encrypt");
    return operations.crypt("encrypt", algorithmIdentifier(algorithm), slots(key), bufferSource(data, "The data"));
  }

  async decrypt(algorithm: unknown, key: unknown, data: unknown): Promise<ArrayBuffer> {
    this.#brand;
    requireArguments(arguments.length, 3, "SubtleCrypto.decrypt");
    return operations.crypt("decrypt", algorithmIdentifier(algorithm), slots(key), bufferSource(data, "The data"));
  }

  async sign(algorithm: unknown, key: unknown, data: unknown): Promise<ArrayBuffer> {
    this.#brand;
    requireArguments(arguments.length, 3, "SubtleCrypto.sign");
    return operations.sign(algorithmIdentifier(algorithm), slots(key), bufferSource(data, "The data"));
  }

  async verify(algorithm: unknown, key: unknown, signature: unknown, data: unknown): Promise<boolean> {
    this.#brand;
    requireArguments(arguments.length, 4, "SubtleCrypto.verify");
    const bytes = [bufferSource(signature, "The signature"), bufferSource(data, "The data")] as const;
    return operations.verify(algorithmIdentifier(algorithm), slots(key), ...bytes);
  }

  async digest(algorithm: unknown, data: unknown): Promise<ArrayBuffer> {
    this.#brand;
    requireArguments(arguments.length, 2, "SubtleCrypto.digest");
    return operations.digest(algorithmIdentifier(algorithm), bufferSource(data, "The data"));
  }

  async generateKey(algorithm: unknown, extractable: unknown, usages: unknown): Promise<CryptoKey | KeyPair> {
    this.#brand;
    requireArguments(arguments.length, 3, "SubtleCrypto.generateKey");
    return operations.generateKey(algorithmIdentifier(algorithm), Boolean(extractable), keyUsages(usages));
  }

  async deriveKey(algorithm: unknown, baseKey: unknown, derivedKeyType: unknown, extractable: unknown, usages: unknown): Promise<CryptoKey> {
    this.#brand;
    requireArguments(arguments.length, 5, "SubtleCrypto.deriveKey");
    return operations.deriveKey(
      algorithmIdentifier(algorithm), slots(baseKey), algorithmIdentifier(derivedKeyType), Boolean(extractable), keyUsages(usages),
    );
  }

  async deriveBits(algorithm: unknown, baseKey: unknown, length: unknown = null): Promise<ArrayBuffer> {
    this.#brand;
    requireArguments(arguments.length, 2, "SubtleCrypto.deriveBits");
    const bits = length === null ? null : (convert["unsigned long"]!(length) as number);
    return operations.deriveBits(algorithmIdentifier(algorithm), slots(baseKey), bits);
  }

  async importKey(format: unknown, data: unknown, algorithm: unknown, extractable: unknown, usages: unknown): Promise<CryptoKey> {
    this.#brand;
    requireArguments(arguments.length, 5, "SubtleCrypto.importKey");
    return operations.importKey(
      keyFormat(format), keyData(data), algorithmIdentifier(algorithm), Boolean(extractable), keyUsages(usages),
    );
  }

  async exportKey(format: unknown, key: unknown): Promise<ArrayBuffer | JsonWebKey> {
    this.#brand;
    requireArguments(arguments.length, 2, "SubtleCrypto.exportKey");
    return operations.exportKey(keyFormat(format), slots(key));
  }

  async wrapKey(format: unknown, key: unknown, wrappingKey: unknown, algorithm: unknown): Promise<ArrayBuffer> {
    this.#brand;
    requireArguments(arguments.length, 4, "SubtleCrypto.wrapKey");
    return operations.wrapKey(keyFormat(format), slots(key), slots(wrappingKey), algorithmIdentifier(algorithm));
  }

  async unwrapKey(
    format: unknown, wrapped: unknown, key: unknown, algorithm: unknown, keyType: unknown, extractable: unknown, usages: unknown,
  ): Promise<CryptoKey> {
    this.#brand;
    requireArguments(arguments.length, 7, "SubtleCrypto.unwrapKey");
    return operations.unwrapKey(
      keyFormat(format), bufferSource(wrapped, "The wrapped key"), slots(key), algorithmIdentifier(algorithm),
      algorithmIdentifier(keyType), Boolean(extractable), keyUsages(usages),
    );
  }

  // As in Cloudflare Workers.
  timingSafeEqual(a: unknown, b: unknown): boolean {
    this.#brand;
    requireArguments(arguments.length, 2, "SubtleCrypto.timingSafeEqual");
    const [left, right] = [bufferSource(a, "The first argument"), bufferSource(b, "The second argument")];
    if (left.length !== right.length) throw new TypeError("timingSafeEqual: the buffers must have the same length");
    return native.timingSafeEqual(left, right);
  }
}

export const SubtleCrypto = defineInterface(SubtleCrypto_, { name: "SubtleCrypto" });
export const subtle = new SubtleCrypto_(permit);
