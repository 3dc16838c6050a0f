// SPDX-License-Identifier: Apache-2.0
// The "data: URL processor" (Fetch standard, 6).
import { parseMimeType, serializeMimeType } from "./mime_type.ts";

const fromBase64 = (Uint8Array as any).fromBase64 as (text: string) => Uint8Array;

function percentDecode(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  let size = 0;
  for (let i = 0; i < text.length; i++) {
    const digits = text[i] === "%" ? text.slice(i + 1, i + 3) : "";
    if (/^[0-9A-Fa-f]{2}$/.test(digits)) {
      bytes[size++] = parseInt(digits, 16);
      i += 2;
    } else {
      bytes[size++] = text.charCodeAt(i);
    }
  }
  return bytes.slice(0, size);
}

// Forgiving base64 (Infra standard, 5.2).
function decodeBase64(bytes: Uint8Array): Uint8Array | undefined {
  let text = "";
  for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  try {
    return fromBase64(text);
  } catch {
    return undefined;
  }
}

/** Type and bytes of a serialized data: URL without a fragment; undefined if it has none. */
export function readDataUrl(href: string): { type: string; bytes: Uint8Array } | undefined {
  const comma = href.indexOf(",");
  if (comma < 0) return undefined;
  let type = href.slice("data:".length, comma).replace(/^[\t\n\f\r ]+|[\t\n\f\r ]+$/g, "");
  let bytes: Uint8Array | undefined = percentDecode(href.slice(comma + 1));
  const [marker] = /; *base64$/i.exec(type) ?? [];
  if (marker !== undefined) {
    bytes = decodeBase64(bytes);
    if (bytes === undefined) return undefined;
    type = type.slice(0, -marker.length);
  }
  if (type.startsWith(";")) type = `text/plain${type}`;
  const parsed = parseMimeType(type);
  return { type: parsed === undefined ? "text/plain;charset=US-ASCII" : serializeMimeType(parsed), bytes };
}
