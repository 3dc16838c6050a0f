// SPDX-License-Identifier: Apache-2.0
// The global `crypto` (Web Cryptography, 10).
import { QuotaExceededError } from "group:dom-exception";
import { defineInterface, requireArguments } from "group:webidl";
import { digestStreamClass } from "./digest_stream.ts";
import { typeMismatchError } from "./errors.ts";
import { native } from "./native.ts";
import { checkPermit, permit } from "./permit.ts";
import { subtle, SubtleCrypto } from "./subtle.ts";

export { CryptoKey } from "./key.ts";
export { SubtleCrypto };

const mostBytes = 65536;
const kindOf = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag)!.get!;

class Crypto_ {
  #subtle = subtle;

  constructor(...values: unknown[]) {
    checkPermit(values);
  }

  get subtle(): object {
    return this.#subtle;
  }

  getRandomValues<T extends ArrayBufferView>(array: T): T {
    this.#subtle;
    requireArguments(arguments.length, 1, "Crypto.getRandomValues");
    if (!ArrayBuffer.isView(array)) throw new TypeError("Crypto.getRandomValues: the argument is not a view of a buffer");
    if (!/^(Big)?(Int|Uint)\d/.test(kindOf.call(array) ?? "")) {
      throw typeMismatchError("Crypto.getRandomValues: the argument is not an array of integers");
    }
    if (array.byteLength > mostBytes) {
      throw new QuotaExceededError(`Crypto.getRandomValues: more than ${mostBytes} bytes at a time`);
    }
    native.fillRandom(array);
    return array;
  }

  randomUUID(): string {
    this.#subtle;
    return native.randomUuid();
  }

  // As in Cloudflare Workers.
  get DigestStream(): unknown {
    this.#subtle;
    return digestStreamClass();
  }
}

export const Crypto = defineInterface(Crypto_, { name: "Crypto" });
export const crypto = new Crypto_(permit);
