// SPDX-License-Identifier: Apache-2.0
// Keys from passwords and secrets. The asynchronous forms compute at once and call back later.
import { keyBytes, later, nativeDigest, output } from "./bytes.ts";

const native = require("native:crypto");
const { codes } = require("internal/errors");
const { validateFunction, validateInteger, validateString } = require("internal/validators");

const mostBytes = 2 ** 31 - 1;

function digestOf(name: string): string {
  validateString(name, "digest");
  const digest = nativeDigest(name);
  if (digest === undefined) throw new codes.ERR_CRYPTO_INVALID_DIGEST(name);
  return digest;
}

export function pbkdf2Sync(password: unknown, salt: unknown, iterations: number, size: number,
  digest: string): unknown {
  validateString(digest, "digest");
  const secret = keyBytes(password, "password");
  const salted = keyBytes(salt, "salt");
  validateInteger(iterations, "iterations", 1, mostBytes);
  validateInteger(size, "keylen", 0, mostBytes);
  return output(native.pbkdf2(digestOf(digest), secret, salted, iterations, size));
}

export function pbkdf2(password: unknown, salt: unknown, iterations: number, size: number, digest: string,
  done: any): void {
  validateFunction(done, "callback");
  later(done, () => pbkdf2Sync(password, salt, iterations, size, digest));
}

export function hkdfSync(digest: string, key: unknown, salt: unknown, info: unknown, size: number): ArrayBuffer {
  const name = digestOf(digest);
  const [secret, salted, purpose] = [keyBytes(key, "ikm"), keyBytes(salt, "salt"), keyBytes(info, "info")];
  validateInteger(size, "length", 0, mostBytes);
  const result = native.hkdf(name, secret, salted, purpose, size);
  if (result === null) throw new codes.ERR_CRYPTO_INVALID_KEYLEN();
  return result;
}

export function hkdf(digest: string, key: unknown, salt: unknown, info: unknown, size: number, done: any): void {
  validateFunction(done, "callback");
  later(done, () => hkdfSync(digest, key, salt, info, size));
}
