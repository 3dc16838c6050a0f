// SPDX-License-Identifier: Apache-2.0
// SHA-1 and SHA-2 (Web Cryptography, 34), and SHA-3.
import type { Algorithm } from "./algorithm.ts";
import { succeeded } from "./errors.ts";
import { native } from "./native.ts";
import { none } from "./normalize.ts";

const names = ["SHA-1", "SHA-256", "SHA-384", "SHA-512", "SHA3-256", "SHA3-384", "SHA3-512"];

export const digestAlgorithms: Algorithm[] = names.map((name) => ({
  name,
  operations: { digest: none },
  digest: (_, data) => succeeded(native.digest(name, data), "The digest failed"),
}));
