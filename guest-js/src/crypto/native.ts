// SPDX-License-Identifier: Apache-2.0
// The functions of src/guest/native/crypto*.cc. Each gives null when the operation fails.

/** A key or an unfinished digest that native code keeps. */
export type Handle = { readonly handle: unique symbol };

type Bytes = ArrayBuffer | ArrayBufferView;
type Result = ArrayBuffer | null;

interface Natives {
  fillRandom(view: ArrayBufferView): void;
  randomUuid(): string;
  timingSafeEqual(a: Bytes, b: Bytes): boolean;

  digest(name: string, data: Bytes): Result;
  digestStart(name: string): Handle | null;
  digestUpdate(digest: Handle, data: Bytes): true | null;
  digestFinish(digest: Handle): Result;
  hmac(digest: string, key: Bytes, data: Bytes): Result;
  hkdf(digest: string, secret: Bytes, salt: Bytes, info: Bytes, size: number): Result;
  pbkdf2(digest: string, password: Bytes, salt: Bytes, iterations: number, size: number): Result;

  aesCbc(encrypts: boolean, key: Bytes, iv: Bytes, data: Bytes): Result;
  aesCtr(key: Bytes, counter: Bytes, bits: number, data: Bytes): Result;
  aesGcm(encrypts: boolean, key: Bytes, iv: Bytes, additionalData: Bytes, tagBytes: number, data: Bytes): Result;
  aesKw(wraps: boolean, key: Bytes, data: Bytes): Result;

  importSpki(type: string, der: Bytes): Handle | null;
  importPkcs8(type: string, der: Bytes): Handle | null;
  exportSpki(key: Handle): Result;
  exportPkcs8(key: Handle): Result;

  rsaGenerate(bits: number, publicExponent: Bytes): Handle | null;
  rsaImport(...numbers: Bytes[]): Handle | null;
  rsaExport(key: Handle, secret: boolean): ArrayBuffer[] | null;
  rsaSign(scheme: string, digest: string, saltLength: number, key: Handle, data: Bytes): Result;
  rsaVerify(scheme: string, digest: string, saltLength: number, key: Handle, signature: Bytes, data: Bytes): boolean | null;
  rsaOaep(encrypts: boolean, digest: string, label: Bytes, key: Handle, data: Bytes): Result;

  ecGenerate(curve: string): Handle | null;
  ecImport(curve: string, point: Bytes, secret?: Bytes): Handle | null;
  ecExportPoint(key: Handle): Result;
  ecExportSecret(key: Handle): Result;
  ecdsaSign(digest: string, key: Handle, data: Bytes): Result;
  ecdsaVerify(digest: string, key: Handle, signature: Bytes, data: Bytes): boolean | null;

  okpGenerate(curve: string): Handle | null;
  okpImport(curve: string, secret: boolean, bytes: Bytes): Handle | null;
  okpExport(key: Handle, secret: boolean): Result;
  ed25519Sign(key: Handle, data: Bytes): Result;
  ed25519Verify(key: Handle, signature: Bytes, data: Bytes): boolean | null;
  agree(own: Handle, other: Handle): Result;
}

export const native: Natives = require("native:crypto");
