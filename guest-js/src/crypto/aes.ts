// SPDX-License-Identifier: Apache-2.0
// AES-CBC, AES-CTR, AES-GCM and AES-KW (Web Cryptography, 27 to 30).
import { type Algorithm, checkUsages, needUsages } from "./algorithm.ts";
import { dataError, operationError, succeeded } from "./errors.ts";
import { secretKey } from "./key.ts";
import { native } from "./native.ts";
import { aesCbcParams, aesCtrParams, aesGcmParams, aesKeyGenParams, none, type Dictionary, type Parameters } from "./normalize.ts";
import { exportBytes, importBytes, randomBytes } from "./secret_keys.ts";

const empty = new Uint8Array();
const lengths = [128, 192, 256];
const tagLengths = [32, 64, 96, 104, 112, 120, 128];

function checkLength(length: number | undefined, error: (message: string) => Error): number {
  if (length === undefined || !lengths.includes(length)) throw error("An AES key has 128, 192 or 256 bits");
  return length;
}

// What all modes share: the keys.
function aes(mode: string, usages: string[], dictionary: Dictionary, operations: Partial<Algorithm>): Algorithm {
  const name = `AES-${mode}`;
  const alg = (size: number) => `A${size * 8}${mode}`;
  return {
    name,
    operations: {
      ...(mode === "KW" ? { wrapKey: dictionary, unwrapKey: dictionary } : { encrypt: dictionary, decrypt: dictionary }),
      generateKey: aesKeyGenParams, importKey: none, exportKey: none, getKeyLength: aesKeyGenParams,
    },
    ...operations,
    generateKey(parameters, extractable, wanted) {
      checkUsages(wanted, usages);
      const length = checkLength(parameters.length, operationError);
      needUsages(wanted, usages);
      return secretKey({ name, length }, randomBytes(length / 8), extractable, wanted);
    },
    importKey(format, data, _, extractable, wanted) {
      checkUsages(wanted, usages);
      const bytes = importBytes(format, data, "enc", extractable, wanted, alg);
      const length = checkLength(bytes.length * 8, dataError);
      return secretKey({ name, length }, bytes, extractable, wanted);
    },
    exportKey: (format, key) => exportBytes(format, key, alg(key.bytes.length)),
    getKeyLength: (parameters) => checkLength(parameters.length, operationError),
  };
}

function cbc(encrypts: boolean): Algorithm["encrypt"] {
  return ({ iv }, key, data) => {
    if (iv.length !== 16) throw operationError("AES-CBC: the iv needs 16 bytes");
    return succeeded(native.aesCbc(encrypts, key.bytes, iv, data), "AES-CBC: the data cannot be decrypted");
  };
}

const ctr: Algorithm["encrypt"] = ({ counter, length }, key, data) => {
  if (counter.length !== 16) throw operationError("AES-CTR: the counter needs 16 bytes");
  if (length === 0 || length! > 128) throw operationError("AES-CTR: the length of the counter is 1 to 128 bits");
  return succeeded(native.aesCtr(key.bytes, counter, length!, data), "AES-CTR: more data than the counter can count");
};

function tagBytes({ tagLength = 128 }: Parameters): number {
  if (!tagLengths.includes(tagLength)) throw operationError(`AES-GCM: ${tagLength} is no length of a tag`);
  return tagLength / 8;
}

function gcm(encrypts: boolean): Algorithm["encrypt"] {
  return (parameters, key, data) => {
    const { iv, additionalData = empty } = parameters;
    const result = native.aesGcm(encrypts, key.bytes, iv, additionalData, tagBytes(parameters), data);
    return succeeded(result, encrypts ? "AES-GCM: encryption failed" : "AES-GCM: the data is not authentic");
  };
}

function keyWrap(wraps: boolean): Algorithm["wrapKey"] {
  return (_, key, data) =>
    succeeded(native.aesKw(wraps, key.bytes, data), wraps ? "AES-KW wraps multiples of 8 bytes, 16 at least" : "AES-KW: the key is not intact");
}

const dataUsages = ["encrypt", "decrypt", "wrapKey", "unwrapKey"];

export const aesAlgorithms: Algorithm[] = [
  aes("CBC", dataUsages, aesCbcParams, { encrypt: cbc(true), decrypt: cbc(false) }),
  aes("CTR", dataUsages, aesCtrParams, { encrypt: ctr, decrypt: ctr }),
  aes("GCM", dataUsages, aesGcmParams, { encrypt: gcm(true), decrypt: gcm(false) }),
  aes("KW", ["wrapKey", "unwrapKey"], none, { wrapKey: keyWrap(true), unwrapKey: keyWrap(false) }),
];
