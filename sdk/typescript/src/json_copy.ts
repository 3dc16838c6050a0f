// SPDX-License-Identifier: Apache-2.0

/**
 * A value as JSON would bring it over, except that bytes stay bytes. It goes into the sandbox as text, so it refers to
 * nothing outside itself.
 */
export function jsonCopy(value: unknown, within: Set<unknown> = new Set()): unknown {
  if (value instanceof ArrayBuffer || value instanceof Uint8Array) return value;
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  const toJSON = (value as { toJSON?: unknown } | null | undefined)?.toJSON;
  if (typeof toJSON === "function") return jsonCopy(toJSON.call(value), within);
  switch (typeof value) {
    case "bigint":
      throw new TypeError("Do not know how to serialize a BigInt");
    case "number":
      return Number.isFinite(value) ? value : null;
    case "string":
    case "boolean":
      return value;
    case "object":
      break;
    default:
      return undefined;
  }
  if (value === null) return null;
  if (within.has(value)) throw new TypeError("Converting circular structure to JSON");
  within.add(value);
  let copy: unknown;
  if (Array.isArray(value)) {
    copy = value.map((item) => jsonCopy(item, within) ?? null);
  } else {
    const entries = Object.entries(value).map(([name, item]) => [name, jsonCopy(item, within)] as const);
    copy = Object.fromEntries(entries.filter(([, item]) => item !== undefined));
  }
  within.delete(value);
  return copy;
}
