// SPDX-License-Identifier: Apache-2.0
// Deriving bits from two keys on a curve: ECDH and X25519.
import { type Algorithm, firstBits } from "./algorithm.ts";
import { needHalf } from "./asymmetric_keys.ts";
import { invalidAccessError, operationError, succeeded } from "./errors.ts";
import { native } from "./native.ts";

export const agreement: Partial<Algorithm> = {
  deriveBits({ public: other }, key, length) {
    needHalf(key, "private");
    needHalf(other, "public");
    if (other.algorithm.name !== key.algorithm.name || other.algorithm.namedCurve !== key.algorithm.namedCurve) {
      throw invalidAccessError("The two keys are of different kinds");
    }
    const secret = succeeded(native.agree(key.handle, other.handle), "The two keys have no secret in common");
    if (length === null) return secret;
    if (secret.byteLength * 8 < length) throw operationError(`The secret has fewer than ${length} bits`);
    return firstBits(new Uint8Array(secret), length).buffer;
  },
};
