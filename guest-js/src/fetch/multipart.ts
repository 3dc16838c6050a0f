// SPDX-License-Identifier: Apache-2.0
// The multipart/form-data parser (Fetch standard, 5.2, "formData()"; RFC 7578). Its input is hostile: it reads every byte
// once or twice, keeps nothing but the entries, and what does not fit is a TypeError.
import { File, makeBlob } from "group:blob";
import { type Chunks } from "../blob/chunks.ts";
import type { Entry } from "./form_data.ts";

const utf8 = require("native:utf8");
const keepMark = true;
const CR = 13;
const LF = 10;
const DASH = 45;

const bytesOfLatin1 = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));

function startsWith(bytes: Uint8Array, pattern: Uint8Array, at: number): boolean {
  if (at + pattern.length > bytes.length) return false;
  for (let i = 0; i < pattern.length; i++) if (bytes[at + i] !== pattern[i]) return false;
  return true;
}

function find(bytes: Uint8Array, pattern: Uint8Array, from: number): number {
  const first = pattern[0]!;
  for (let at = bytes.indexOf(first, from); at >= 0; at = bytes.indexOf(first, at + 1)) {
    if (startsWith(bytes, pattern, at)) return at;
  }
  return -1;
}

function malformed(why: string): TypeError {
  return new TypeError(`the body is not well-formed multipart/form-data: ${why}`);
}

interface PartHeaders {
  name: string | undefined;
  filename: string | undefined;
  type: string;
}

// Names and file names are UTF-8 with three characters escaped, as browsers send them.
function unescape(text: string): string {
  return text.replace(/%(0A|0D|22)/gi, (_, code) => String.fromCharCode(parseInt(code, 16)));
}

function readDisposition(value: string, headers: PartHeaders): void {
  if (!/^form-data[\t ]*(;|$)/i.test(value)) throw malformed("a part's Content-Disposition is not form-data");
  const parameter = /;[\t ]*([^\s=;"]+)[\t ]*=[\t ]*(?:"([^"]*)"|([^\s;"]*))/g;
  for (const [, name, quoted, plain] of value.matchAll(parameter)) {
    const key = name!.toLowerCase();
    if (key === "name") headers.name ??= unescape(quoted ?? plain!);
    else if (key === "filename") headers.filename ??= unescape(quoted ?? plain!);
    else if (key === "filename*") headers.filename = extendedValue(quoted ?? plain!) ?? headers.filename;
  }
}

// RFC 8187: utf-8'language'percent-encoded.
function extendedValue(text: string): string | undefined {
  const [, encoded] = /^utf-8'[^']*'(.*)$/i.exec(text) ?? [];
  try {
    return encoded === undefined ? undefined : decodeURIComponent(encoded);
  } catch {
    return undefined;
  }
}

const longestHeader = 16384;

class MultipartParser {
  #bytes: Uint8Array;
  #delimiter: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array, boundary: string) {
    this.#bytes = bytes;
    this.#delimiter = bytesOfLatin1(`\r\n--${boundary}`);
  }

  parse(): Entry[] {
    const entries: Entry[] = [];
    this.#skipToFirstPart();
    while (this.#nextPart()) {
      const headers = this.#headers();
      const end = find(this.#bytes, this.#delimiter, this.#at);
      if (end < 0) throw malformed("the last part has no end");
      entries[entries.length] = [headers.name!, valueOf(headers, this.#bytes.subarray(this.#at, end))];
      this.#at = end + this.#delimiter.length;
    }
    return entries;
  }

  #skipToFirstPart(): void {
    const first = this.#delimiter.subarray(2);
    if (startsWith(this.#bytes, first, 0)) {
      this.#at = first.length;
      return;
    }
    const found = find(this.#bytes, this.#delimiter, 0);
    if (found < 0) throw malformed("it does not hold the boundary");
    this.#at = found + this.#delimiter.length;
  }

  // Behind a boundary: two dashes after the last part, else the end of the line.
  #nextPart(): boolean {
    const bytes = this.#bytes;
    if (bytes[this.#at] === DASH && bytes[this.#at + 1] === DASH) return false;
    while (bytes[this.#at] === 32 || bytes[this.#at] === 9) this.#at++;
    if (bytes[this.#at] !== CR || bytes[this.#at + 1] !== LF) throw malformed("a boundary does not end its line");
    this.#at += 2;
    return true;
  }

  #headers(): PartHeaders {
    const headers: PartHeaders = { name: undefined, filename: undefined, type: "text/plain" };
    for (let line = this.#headerLine(); line !== ""; line = this.#headerLine()) {
      const colon = line.indexOf(":");
      if (colon < 1) throw malformed("a part's header has no name");
      const name = line.slice(0, colon).toLowerCase();
      const value = line.slice(colon + 1).trim();
      if (name === "content-disposition") readDisposition(value, headers);
      else if (name === "content-type") headers.type = value;
    }
    if (headers.name === undefined) throw malformed("a part has no name");
    return headers;
  }

  #headerLine(): string {
    const start = this.#at;
    const end = this.#bytes.indexOf(CR, start);
    if (end < 0 || this.#bytes[end + 1] !== LF) throw malformed("a part's headers have no end");
    if (end - start > longestHeader) throw malformed("a part's header is too long");
    this.#at = end + 2;
    return utf8.decode(this.#bytes.subarray(start, end), keepMark);
  }
}

function valueOf({ filename, type }: PartHeaders, bytes: Uint8Array): unknown {
  if (filename === undefined) return utf8.decode(bytes, keepMark);
  const chunks: Chunks = bytes.length === 0 ? [] : [bytes.slice()];
  return new File([makeBlob(chunks, "")], filename, { __proto__: null, type });
}

export function parseMultipart(bytes: Uint8Array, boundary: string): Entry[] {
  return new MultipartParser(bytes, boundary).parse();
}
