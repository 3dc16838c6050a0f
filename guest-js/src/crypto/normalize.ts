// SPDX-License-Identifier: Apache-2.0
// Normalizing an algorithm (Web Cryptography, 18.4): from what the caller named to the parameters of one operation, as
// Web IDL converts them, with copies of all bytes.
import { bytesOf, convert, domString } from "group:webidl";
import { notSupportedError } from "./errors.ts";
import { type KeySlots, slots } from "./key.ts";

export type Operation =
  | "encrypt" | "decrypt" | "sign" | "verify" | "digest" | "generateKey" | "deriveBits" | "wrapKey" | "unwrapKey"
  | "importKey" | "exportKey" | "getKeyLength";

/** Normalized parameters. Each algorithm reads those that its dictionary has. */
export interface Parameters {
  name: string;
  additionalData?: Uint8Array;
  counter: Uint8Array;
  hash: { readonly name: string };
  info: Uint8Array;
  iterations: number;
  iv: Uint8Array;
  label?: Uint8Array;
  length?: number;
  modulusLength: number;
  namedCurve: string;
  public: KeySlots;
  publicExponent: Uint8Array;
  salt: Uint8Array;
  saltLength: number;
  tagLength?: number;
}

type Convert = (value: unknown, what: string) => unknown;
interface Member {
  readonly name: string;
  readonly convert: Convert;
  readonly optional?: boolean;
}
/** The members of a dictionary in the order in which Web IDL reads them. */
export type Dictionary = readonly Member[];

/** A BufferSource argument as a view of the caller's memory; of a detached buffer nothing is left (Web IDL, 3.2.25). */
export function bufferSource(value: unknown, what: string): Uint8Array {
  const buffer = ArrayBuffer.isView(value) ? value.buffer : value;
  return buffer instanceof ArrayBuffer && buffer.detached ? new Uint8Array() : bytesOf(value, what);
}

const bytes: Convert = bufferSource;
const integer = (type: string): Convert => (value, what) => convert[type]!(value, { enforceRange: true, context: what });
const octet = integer("octet");
const unsignedShort = integer("unsigned short");
const unsignedLong = integer("unsigned long");
const bigInteger: Convert = (value, what) => {
  if (value instanceof Uint8Array) return value;
  throw new TypeError(`${what} is not a Uint8Array`);
};
const hash: Convert = (value) => algorithmIdentifier(value);
const key: Convert = (value) => slots(value);
const text: Convert = (value) => domString(value);

const required = (name: string, type: Convert): Member => ({ name, convert: type });
const optional = (name: string, type: Convert): Member => ({ name, convert: type, optional: true });

export const none: Dictionary = [];
export const aesCbcParams: Dictionary = [required("iv", bytes)];
export const aesCtrParams: Dictionary = [required("counter", bytes), required("length", octet)];
export const aesGcmParams: Dictionary = [optional("additionalData", bytes), required("iv", bytes), optional("tagLength", octet)];
export const aesKeyGenParams: Dictionary = [required("length", unsignedShort)];
export const ecKeyParams: Dictionary = [required("namedCurve", text)];
export const ecdhParams: Dictionary = [required("public", key)];
export const hashedParams: Dictionary = [required("hash", hash)];
export const hkdfParams: Dictionary = [required("hash", hash), required("info", bytes), required("salt", bytes)];
export const hmacParams: Dictionary = [required("hash", hash), optional("length", unsignedLong)];
export const pbkdf2Params: Dictionary = [required("hash", hash), required("iterations", unsignedLong), required("salt", bytes)];
export const rsaKeyGenParams: Dictionary = [
  required("modulusLength", unsignedLong), required("publicExponent", bigInteger), required("hash", hash),
];
export const rsaOaepParams: Dictionary = [optional("label", bytes)];
export const rsaPssParams: Dictionary = [required("saltLength", unsignedLong)];

export interface Supported {
  readonly name: string;
  readonly operations: { readonly [operation in Operation]?: Dictionary };
}

const registry = new Map<string, Supported>();

// Only ASCII letters have another case here: the Kelvin sign is no K.
const asciiLowercase = (name: string) => name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());

export function register(algorithms: readonly Supported[]): void {
  for (const algorithm of algorithms) registry.set(asciiLowercase(algorithm.name), algorithm);
}

/** The algorithm with this name, in its proper spelling. */
export function algorithmNamed(name: string): Supported {
  return registry.get(asciiLowercase(name))!;
}

/** (object or DOMString), Web IDL, 3.2.24. */
export function algorithmIdentifier(value: unknown): unknown {
  return (typeof value === "object" && value !== null) || typeof value === "function" ? value : domString(value);
}

function readMember(from: any, member: Member, dictionary: string): unknown {
  const value = from[member.name];
  if (value !== undefined) return member.convert(value, `${dictionary}: ${member.name}`);
  if (member.optional) return undefined;
  throw new TypeError(`${dictionary}: the member ${member.name} is missing`);
}

// The hashes that other algorithms may build on; a digest can be made with more.
const usableHashes = ["SHA-1", "SHA-256", "SHA-384", "SHA-512"];

function normalizeHash(value: unknown): { name: string } {
  const { name } = normalize(value, "digest");
  if (!usableHashes.includes(name)) throw notSupportedError(`The hash ${name} is not supported here`);
  return { name };
}

export function normalize(value: unknown, operation: Operation): Parameters {
  const from: any = typeof value === "string" ? { name: value } : value;
  const name = readMember(from, required("name", text), "Algorithm") as string;
  const algorithm = registry.get(asciiLowercase(name));
  const dictionary = algorithm?.operations[operation];
  if (!dictionary) throw notSupportedError(`The algorithm ${name} has no operation ${operation}`);
  // The name is part of this dictionary too, but nobody reads it a second time.
  const parameters: any = { name: algorithm!.name };
  for (const member of dictionary) {
    const read = readMember(from, member, algorithm!.name);
    if (read !== undefined) parameters[member.name] = read;
  }
  for (const member of dictionary) {
    const read = parameters[member.name];
    if (read instanceof Uint8Array) parameters[member.name] = new Uint8Array(read);
    else if (member.convert === hash) parameters[member.name] = normalizeHash(read);
  }
  return parameters;
}
