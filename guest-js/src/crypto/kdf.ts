// SPDX-License-Identifier: Apache-2.0
// HKDF and PBKDF2 (Web Cryptography, 32 and 33).
import { type Algorithm, checkUsages, type KeyFormat, type KeyData } from "./algorithm.ts";
import { notSupportedError, operationError, succeeded, syntaxError } from "./errors.ts";
import { secretKey } from "./key.ts";
import { native } from "./native.ts";
import { hkdfParams, none, pbkdf2Params, type Dictionary } from "./normalize.ts";

function derivation(name: string, dictionary: Dictionary, deriveBits: Algorithm["deriveBits"]): Algorithm {
  return {
    name,
    operations: { deriveBits: dictionary, importKey: none, getKeyLength: none },
    deriveBits(parameters, key, length) {
      if (length === null || length % 8 !== 0) throw operationError(`${name}: the length is not a multiple of 8`);
      return deriveBits!(parameters, key, length);
    },
    importKey(format: KeyFormat, data: KeyData, _, extractable, usages) {
      if (format !== "raw" && format !== "raw-secret") throw notSupportedError(`${name}: a key has no format ${format}`);
      checkUsages(usages, ["deriveKey", "deriveBits"]);
      if (extractable) throw syntaxError(`${name}: a key cannot be extractable`);
      return secretKey({ name }, new Uint8Array(data as Uint8Array), false, usages);
    },
    getKeyLength: () => null,
  };
}

export const derivations: Algorithm[] = [
  derivation("HKDF", hkdfParams, ({ hash, salt, info }, key, length) =>
    succeeded(native.hkdf(hash.name, key.bytes, salt, info, length! / 8), "HKDF: more bits than the hash can give")),
  derivation("PBKDF2", pbkdf2Params, ({ hash, salt, iterations }, key, length) =>
    succeeded(native.pbkdf2(hash.name, key.bytes, salt, iterations, length! / 8), "PBKDF2: at least one iteration is needed")),
];
