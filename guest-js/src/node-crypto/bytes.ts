// SPDX-License-Identifier: Apache-2.0
// Arguments of node:crypto: text and bytes, digests by any of their names.
const { codes } = require("internal/errors");
const { validateString } = require("internal/validators");
const { Buffer } = require("buffer");

const digests: Record<string, string> = {
  md5: "MD5", sha1: "SHA-1", sha256: "SHA-256", sha384: "SHA-384", sha512: "SHA-512",
  "sha3-256": "SHA3-256", "sha3-384": "SHA3-384", "sha3-512": "SHA3-512",
};

export const digestNames = (): string[] => Object.keys(digests);

/** The native's name of a digest, or undefined. */
export function nativeDigest(name: string): string | undefined {
  validateString(name, "algorithm");
  return digests[name.toLowerCase().replace(/^rsa-/, "").replace(/^sha-(?=\d)/, "sha")];
}

export function bytesOf(value: any, name: string, encoding?: string): Uint8Array {
  if (typeof value === "string") return Buffer.from(value, encoding === "buffer" ? "utf8" : encoding);
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer as ArrayBuffer, value.byteOffset, value.byteLength);
  throw new codes.ERR_INVALID_ARG_TYPE(name, ["string", "Buffer", "TypedArray", "DataView"], value);
}

export function keyBytes(value: any, name: string): Uint8Array {
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  if (typeof value === "string" || ArrayBuffer.isView(value)) return bytesOf(value, name);
  throw new codes.ERR_INVALID_ARG_TYPE(name, ["ArrayBuffer", "Buffer", "TypedArray", "DataView", "string"], value);
}

/** A result as Node gives it: a Buffer, or text. */
export function output(result: ArrayBuffer, encoding?: string): unknown {
  const buffer = Buffer.from(result);
  return encoding === undefined || encoding === "buffer" ? buffer : buffer.toString(encoding);
}

/** Runs now what Node does on a thread, and calls back later. */
export function later(callback: (error: unknown, result?: unknown) => void, work: () => unknown): void {
  const result = work();
  require("native:tasks").post(() => callback(null, result));
}
