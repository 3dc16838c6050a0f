// SPDX-License-Identifier: Apache-2.0
// createHash and createHmac. They are no streams here: update() and digest() are what they have.
import { bytesOf, digestNames, keyBytes, nativeDigest, output } from "./bytes.ts";

const native = require("native:crypto");
const { codes } = require("internal/errors");
const { validateString } = require("internal/validators");

class Hash {
  #handle: unknown;
  #finished = false;

  constructor(algorithm: string) {
    const name = nativeDigest(algorithm);
    if (name === undefined) throw new Error("Digest method not supported");
    this.#handle = native.digestStart(name);
  }

  update(data: unknown, encoding?: string): this {
    if (this.#finished) throw new codes.ERR_CRYPTO_HASH_FINALIZED();
    native.digestUpdate(this.#handle, bytesOf(data, "data", encoding));
    return this;
  }

  digest(encoding?: string): unknown {
    if (this.#finished) throw new codes.ERR_CRYPTO_HASH_FINALIZED();
    this.#finished = true;
    return output(native.digestFinish(this.#handle), encoding);
  }

  copy(): never {
    throw new Error("Hash.copy is not available in the sandbox; hash the data again");
  }
}

class Hmac {
  #name: string;
  #key: Uint8Array;
  #parts: Uint8Array[] | undefined = [];

  constructor(algorithm: string, key: unknown) {
    validateString(algorithm, "hmac");
    this.#key = keyBytes(key, "key").slice();
    const name = nativeDigest(algorithm);
    if (name === undefined) throw new codes.ERR_CRYPTO_INVALID_DIGEST(algorithm);
    this.#name = name;
  }

  update(data: unknown, encoding?: string): this {
    if (this.#parts === undefined) throw new codes.ERR_CRYPTO_HASH_FINALIZED();
    this.#parts.push(bytesOf(data, "data", encoding).slice());
    return this;
  }

  digest(encoding?: string): unknown {
    const { Buffer } = require("buffer");
    const parts = this.#parts;
    this.#parts = undefined;
    // A second call gives nothing, as in Node.
    const result = parts === undefined ? new ArrayBuffer(0) : native.hmac(this.#name, this.#key, Buffer.concat(parts));
    return output(result, encoding);
  }
}

export const createHash = (algorithm: string): Hash => new Hash(algorithm);
export const createHmac = (algorithm: string, key: unknown): Hmac => new Hmac(algorithm, key);
export const getHashes = digestNames;

export function hash(algorithm: string, data: unknown, encoding: any = "hex"): unknown {
  return new Hash(algorithm).update(data).digest(typeof encoding === "object" ? encoding.outputEncoding : encoding);
}

export { Hash, Hmac };
