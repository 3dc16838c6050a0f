// SPDX-License-Identifier: Apache-2.0
// internalBinding("buffer"): the bytes behind Buffer. Offsets come checked from the library; a view that shrank since
// then only copies less.
const { utf8Length } = require("native:node");
const { bufferConstants } = require("mayfly:system");
const { decodeBase64, decodeHex } = require("./base64.ts");

export const kMaxLength: number = bufferConstants.MAX_LENGTH;
export const kStringMaxLength: number = bufferConstants.MAX_STRING_LENGTH;
// In the order of the `encodings` of string_decoder.ts.
export const names = ["ascii", "utf8", "base64", "utf16le", "latin1", "hex", "buffer", "base64url"];

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const encoder: any = new TextEncoder();
const strict = new TextDecoder("utf-8", { fatal: true });
const { fromCharCode } = String;

type View = ArrayBufferView & { byteLength: number };

const bytes = (view: View): Uint8Array => new Uint8Array(view.buffer as ArrayBuffer, view.byteOffset, view.byteLength);
const part = (view: View, start = 0, end: number = view.byteLength): Uint8Array => {
  const from = Math.min(Math.max(Math.trunc(start) || 0, 0), view.byteLength);
  const to = Math.min(Math.max(Math.trunc(end) || 0, from), view.byteLength);
  return new Uint8Array(view.buffer as ArrayBuffer, view.byteOffset + from, to - from);
};

function fromCodes(codes: ArrayLike<number> & { subarray(from: number, to: number): any }): string {
  const step = 8192; // arguments of one call
  if (codes.length <= step) return fromCharCode.apply(null, codes as any);
  let text = "";
  for (let i = 0; i < codes.length; i += step) text += fromCharCode.apply(null, codes.subarray(i, i + step));
  return text;
}

// A copy, because UTF-16 units need not be aligned in the buffer.
const units = (data: Uint8Array): Uint16Array => new Uint16Array(data.slice(0, data.length & ~1).buffer);

const slices: Record<string, (data: Uint8Array) => string> = {
  ascii: (data) => fromCodes(data.map((byte) => byte & 0x7f)),
  utf8: (data) => decoder.decode(data),
  base64: (data) => (data as any).toBase64(),
  base64url: (data) => (data as any).toBase64({ alphabet: "base64url", omitPadding: true }),
  utf16le: (data) => fromCodes(units(data)),
  latin1: fromCodes,
  hex: (data) => (data as any).toHex(),
};

/** The text of bytes in an encoding of `names`. */
export const textOf = (data: Uint8Array, encoding: string): string => slices[encoding]!(data);

const slice = (encoding: string) => (view: View, start?: number, end?: number): string => {
  const data = part(view, start, end);
  if (data.length > kStringMaxLength) throw new (require("internal/errors").codes.ERR_STRING_TOO_LONG)();
  return slices[encoding]!(data);
};
export const asciiSlice = slice("ascii");
export const base64Slice = slice("base64");
export const base64urlSlice = slice("base64url");
export const latin1Slice = slice("latin1");
export const hexSlice = slice("hex");
export const ucs2Slice = slice("utf16le");
export const utf8Slice = slice("utf8");

function writeLatin1(target: Uint8Array, text: string): number {
  const count = Math.min(target.length, text.length);
  for (let i = 0; i < count; i++) target[i] = text.charCodeAt(i);
  return count;
}

function writeUtf16(target: Uint8Array, text: string): number {
  const count = Math.min(target.length >> 1, text.length);
  for (let i = 0; i < count; i++) {
    const unit = text.charCodeAt(i);
    target[2 * i] = unit;
    target[2 * i + 1] = unit >> 8;
  }
  return 2 * count;
}

const writers: Record<string, (target: Uint8Array, text: string) => number> = {
  ascii: writeLatin1, latin1: writeLatin1, utf16le: writeUtf16,
  utf8: (target, text) => encoder.encodeInto(text, target).written,
  base64: (target, text) => decodeBase64(text, target),
  base64url: (target, text) => decodeBase64(text, target),
  hex: (target, text) => decodeHex(text, target),
};

const write = (encoding: string) => (view: View, text: unknown, offset = 0, length = Infinity): number => {
  const { ERR_BUFFER_OUT_OF_BOUNDS, ERR_INVALID_ARG_TYPE } = require("internal/errors").codes;
  if (typeof text !== "string") throw new ERR_INVALID_ARG_TYPE("argument", "string", text);
  const from = Number(offset) || 0;
  if (from < 0 || from > view.byteLength) throw new ERR_BUFFER_OUT_OF_BOUNDS("offset");
  return writers[encoding]!(part(view, from, from + Math.min(Number(length), view.byteLength - from)), text);
};
export const asciiWriteStatic = write("ascii");
export const latin1WriteStatic = write("latin1");
export const utf8WriteStatic = write("utf8");
export const base64Write = write("base64");
export const base64urlWrite = write("base64url");
export const hexWrite = write("hex");
export const ucs2Write = write("utf16le");

function encoded(text: string, encoding: string): Uint8Array {
  if (encoding === "utf8") return encoder.encode(text);
  const space = new Uint8Array(encoding === "utf16le" ? 2 * text.length : text.length);
  return space.subarray(0, writers[encoding]!(space, text));
}

export const byteLengthUtf8 = (text: string): number => utf8Length(text);

const sign = (value: number): number => (value < 0 ? -1 : value > 0 ? 1 : 0);

function order(a: Uint8Array, b: Uint8Array): number {
  const count = Math.min(a.length, b.length);
  for (let i = 0; i < count; i++) if (a[i] !== b[i]) return a[i]! < b[i]! ? -1 : 1;
  return sign(a.length - b.length);
}

export const compare = (a: View, b: View): number => order(bytes(a), bytes(b));

export function compareOffset(source: View, target: View, targetStart: number, sourceStart: number, targetEnd: number,
  sourceEnd: number): number {
  const { ERR_OUT_OF_RANGE } = require("internal/errors").codes;
  const check = (name: string, start: number, size: number) => {
    if (start > size) throw new ERR_OUT_OF_RANGE(name, `<= ${size}`, start);
  };
  check("sourceStart", sourceStart, source.byteLength);
  check("targetStart", targetStart, target.byteLength);
  return order(part(source, sourceStart, sourceEnd), part(target, targetStart, targetEnd));
}

export function copy(source: View, target: View, targetStart: number, sourceStart: number, count: number): number {
  const data = part(source, sourceStart, sourceStart + count);
  const space = part(target, targetStart, targetStart + data.length);
  space.set(data.subarray(0, space.length));
  return space.length;
}

/** -1: the value has no bytes; -2: out of range. */
export function fill(view: View, value: unknown, start: number, end: number, encoding = "utf8"): number | undefined {
  if (start > end || end > view.byteLength) return -2;
  const target = part(view, start, end);
  const normal = require("internal/util").normalizeEncoding(encoding) ?? "utf8";
  const repeated = ArrayBuffer.isView(value) ? bytes(value).slice() : undefined;
  const pattern = typeof value === "string" ? encoded(value, normal) : repeated;
  if (pattern === undefined) {
    target.fill(Number(value) & 255);
    return undefined;
  }
  if (pattern.length === 0) return -1;
  target.set(pattern.subarray(0, target.length));
  for (let done = pattern.length; done < target.length; done *= 2) {
    target.copyWithin(done, 0, Math.min(done, target.length - done));
  }
  return undefined;
}

// Where a search begins: negative offsets count from the end.
function searchStart(length: number, offset: number, needle: number, forward: boolean): number {
  if (offset < 0) return offset + length >= 0 ? length + offset : forward || needle === 0 ? 0 : -1;
  if (offset + needle <= length) return offset;
  return needle === 0 ? length : forward ? -1 : length - 1;
}

function matches(data: Uint8Array, needle: Uint8Array, at: number): boolean {
  for (let i = 1; i < needle.length; i++) if (data[at + i] !== needle[i]) return false;
  return true;
}

function search(data: Uint8Array, needle: Uint8Array, offset: number, forward: boolean, step: number): number {
  const start = searchStart(data.length, offset, needle.length, forward);
  if (needle.length === 0) return start;
  if (start < 0 || needle.length > data.length || (step === 2 && (data.length < 2 || needle.length < 2))) return -1;
  const last = data.length - needle.length;
  if (forward && start > last) return -1;
  let at = forward ? start : Math.min(start, last);
  if (step === 2) at &= ~1;
  while (at >= 0 && at <= last) {
    at = forward ? data.indexOf(needle[0]!, at) : data.lastIndexOf(needle[0]!, at);
    if (at < 0 || at > last) return -1;
    if (at % step === 0 && matches(data, needle, at)) return at;
    at += forward ? 1 : -1;
  }
  return -1;
}

const haystack = (view: View, end?: number): Uint8Array => part(view, 0, end ?? view.byteLength);
const stepOf = (encoding: number): number => (names[encoding] === "utf16le" ? 2 : 1);

export function indexOfString(view: View, text: string, offset: number, encoding: number, forward: boolean,
  end?: number): number {
  return search(haystack(view, end), encoded(text, names[encoding]!), offset, Boolean(forward), stepOf(encoding));
}

export function indexOfBuffer(view: View, needle: View, offset: number, encoding: number, forward: boolean,
  end?: number): number {
  return search(haystack(view, end), bytes(needle), offset, Boolean(forward), stepOf(encoding));
}

export function indexOfNumber(view: View, value: number, offset: number, forward: boolean, end?: number): number {
  return search(haystack(view, end), Uint8Array.of(value), offset, Boolean(forward), 1);
}

const swap = (size: number) => (view: View): View => {
  const data = bytes(view);
  for (let at = 0; at + size <= data.length; at += size) data.subarray(at, at + size).reverse();
  return view;
};
export const swap16 = swap(2);
export const swap32 = swap(4);
export const swap64 = swap(8);

const viewOf = (value: any): Uint8Array => (ArrayBuffer.isView(value) ? bytes(value) : new Uint8Array(value));

export function isUtf8(value: any): boolean {
  try {
    strict.decode(viewOf(value));
    return true;
  } catch {
    return false;
  }
}

export const isAscii = (value: any): boolean => viewOf(value).every((byte) => byte < 128);

export const createUnsafeArrayBuffer = (size: number): ArrayBuffer => new ArrayBuffer(size);
export const arrayBufferAlignedOffset = (): number => 0; // memory here is aligned to more than is asked for
export const getZeroFillToggle = (): undefined => undefined;

// Called after the library marked its pool with a symbol; the mark is not for programs to see.
export function setDetachKey(buffer: object): void {
  for (const mark of Object.getOwnPropertySymbols(buffer)) Object.defineProperty(buffer, mark, { enumerable: false });
}

/** -1: a single character is left over; -2: an invalid character. */
export function atob(text: string): string | number {
  try {
    return fromCodes((Uint8Array as any).fromBase64(text));
  } catch {
    return /^[\s+/0-9A-Za-z]*=?=?\s*$/.test(text) ? -1 : -2;
  }
}

export function btoa(text: string): string | number {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 255) return -1;
  return slices.base64!(encoded(text, "latin1"));
}
