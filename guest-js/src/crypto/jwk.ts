// SPDX-License-Identifier: Apache-2.0
// JSON Web Keys (RFC 7517, 7518): the dictionary, base64url, and the checks that every import makes.
import { domString } from "group:webidl";
import { dataError } from "./errors.ts";

export interface JsonWebKey {
  alg?: string;
  crv?: string;
  d?: string;
  dp?: string;
  dq?: string;
  e?: string;
  ext?: boolean;
  k?: string;
  key_ops?: string[];
  kty?: string;
  n?: string;
  oth?: unknown[];
  p?: string;
  q?: string;
  qi?: string;
  use?: string;
  x?: string;
  y?: string;
}

function sequenceOf<T>(value: any, what: string, item: (value: unknown) => T): T[] {
  if (typeof value !== "object" || value === null || typeof value[Symbol.iterator] !== "function") {
    throw new TypeError(`${what} is not a sequence`);
  }
  return Array.from(value as Iterable<unknown>, item);
}

// In the order in which Web IDL reads them.
const members = ["alg", "crv", "d", "dp", "dq", "e", "ext", "k", "key_ops", "kty", "n", "oth", "p", "q", "qi", "use", "x", "y"];

const convertMember: Record<string, (value: any) => unknown> = {
  ext: Boolean,
  key_ops: (value) => sequenceOf(value, "JsonWebKey: key_ops", domString),
  oth: (value) => sequenceOf(value, "JsonWebKey: oth", (each) => each),
};

/** A JsonWebKey argument (Web Cryptography, 15). */
export function toJsonWebKey(value: any): JsonWebKey {
  if (value !== undefined && value !== null && typeof value !== "object" && typeof value !== "function") {
    throw new TypeError("The key is neither a buffer nor a JsonWebKey");
  }
  const jwk: Record<string, unknown> = {};
  for (const name of members) {
    const member = value?.[name];
    if (member !== undefined) jwk[name] = (convertMember[name] ?? domString)(member);
  }
  return jwk;
}

/** An exported key, its members in the order of the dictionary's. */
export function fromJsonWebKey(jwk: JsonWebKey): JsonWebKey {
  const ordered: Record<string, unknown> = {};
  for (const name of members) {
    const member = jwk[name as keyof JsonWebKey];
    if (member !== undefined) ordered[name] = member;
  }
  return ordered;
}

export function decode(text: string | undefined, member: string): Uint8Array {
  if (text === undefined) throw dataError(`The JWK has no member "${member}"`);
  try {
    if (/^[\w-]*$/.test(text)) return Uint8Array.fromBase64(text, { alphabet: "base64url" });
  } catch {
    // No number of characters that bytes could give.
  }
  throw dataError(`The JWK member "${member}" is not base64url`);
}

export function encode(bytes: ArrayBuffer | Uint8Array): string {
  const view = bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes);
  return view.toBase64({ alphabet: "base64url", omitPadding: true });
}

/** What all imports of a JWK check, in the standard's order. */
export function checkJwk(jwk: JsonWebKey, kty: string, use: string, extractable: boolean, usages: readonly string[]): void {
  if (jwk.kty !== kty) throw dataError(`The JWK member "kty" is not "${kty}"`);
  checkJwkUse(jwk, use, extractable, usages);
}

export function checkJwkUse(jwk: JsonWebKey, use: string, extractable: boolean, usages: readonly string[]): void {
  if (usages.length > 0 && jwk.use !== undefined && jwk.use !== use) {
    throw dataError(`The JWK member "use" is not "${use}"`);
  }
  if (jwk.key_ops !== undefined) {
    if (new Set(jwk.key_ops).size !== jwk.key_ops.length) throw dataError('The JWK member "key_ops" has duplicates');
    const missing = usages.find((usage) => !jwk.key_ops!.includes(usage));
    if (missing !== undefined) throw dataError(`The JWK member "key_ops" does not allow ${missing}`);
  }
  if (jwk.ext === false && extractable) throw dataError("The JWK is not extractable");
}
