// SPDX-License-Identifier: Apache-2.0
// Blob (File API, 3).
import { convert, defineInterface, dictionary, domString, enumeration, iteratorMethod, sequence, usvString } from "group:webidl";
import { byteStream, decodedStream } from "./byte_stream.ts";
import { type BufferSource, type Chunks, copyBytes, flatten, sizeOf, sliceChunks } from "./chunks.ts";

const utf8 = require("native:utf8");

/** Whether a value is a Blob or a File. */
export let isBlob: (value: unknown) => value is Blob;
/** The bytes of a blob, which must not be changed. */
export let chunksOf: (blob: Blob) => Chunks;
/** A blob around chunks that nobody changes any more. */
export let makeBlob: (chunks: Chunks, type: string) => Blob;

/** A copy of the bytes of a blob. */
export function blobBytes(blob: Blob): Uint8Array<ArrayBuffer> {
  return flatten(chunksOf(blob));
}

type Part = string | BufferSource | Blob;

function part(value: unknown): Part {
  if (isBlob(value) || value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return value;
  return usvString(value);
}

function partsOf(value: any): Part[] {
  if (value === undefined) return [];
  const isObject = (typeof value === "object" && value !== null) || typeof value === "function";
  const method = isObject ? iteratorMethod(value, "Blob") : undefined;
  if (method === undefined) throw new TypeError("Blob: the parts must be an array or another iterable object");
  return sequence(value, method, part);
}

const bytesOfPart = (value: string | BufferSource): Uint8Array =>
  typeof value === "string" ? utf8.encode(value) : copyBytes(value);

// Chunks of blobs are shared; what stands between them becomes one chunk.
function chunksOfParts(parts: Part[], native: boolean): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  let own: Uint8Array[] = [];
  const flush = () => {
    const size = sizeOf(own);
    if (size > 0) chunks[chunks.length] = own.length === 1 ? own[0]! : flatten(own);
    own = [];
  };
  for (let i = 0; i < parts.length; i++) {
    const value = parts[i]!;
    if (isBlob(value)) {
      flush();
      const shared = chunksOf(value);
      for (let k = 0; k < shared.length; k++) chunks[chunks.length] = shared[k]!;
    } else {
      own[own.length] = bytesOfPart(native && typeof value === "string" ? value.replace(/\r\n?/g, "\n") : value);
    }
  }
  flush();
  return chunks;
}

// File API, 3.1: what is not printable ASCII is no type.
function typeOf(text: string): string {
  return /^[\x20-\x7e]*$/.test(text) ? text.toLowerCase() : "";
}

export class Blob {
  #chunks: Chunks;
  #size: number;
  #type: string;

  constructor(blobParts: unknown = undefined, options: unknown = {}) {
    const parts = partsOf(blobParts);
    const bag = dictionary(options, "Blob: the second argument");
    const { endings } = bag;
    const native = endings !== undefined && enumeration(endings, ["transparent", "native"], "Blob: endings") === "native";
    const { type } = bag;
    this.#type = type === undefined ? "" : typeOf(domString(type));
    this.#chunks = chunksOfParts(parts, native);
    this.#size = sizeOf(this.#chunks);
  }

  get size(): number { return this.#size; }
  get type(): string { return this.#type; }

  slice(start: unknown = undefined, end: unknown = undefined, contentType: unknown = undefined): Blob {
    const size = this.#size;
    const position = (value: unknown, otherwise: number) => {
      if (value === undefined) return otherwise;
      const offset = convert["long long"]!(value, { clamp: true });
      return offset < 0 ? Math.max(size + offset, 0) : Math.min(offset, size);
    };
    const from = position(start, 0);
    const to = position(end, size);
    const type = contentType === undefined ? "" : typeOf(domString(contentType));
    return makeBlob(from < to ? sliceChunks(this.#chunks, from, to) : [], type);
  }

  stream(): any {
    return byteStream(this.#chunks);
  }

  textStream(): any {
    return decodedStream(this.#chunks);
  }

  async text(): Promise<string> {
    const chunks = this.#chunks;
    return chunks.length === 0 ? "" : utf8.decode(chunks.length === 1 ? chunks[0] : flatten(chunks));
  }

  async arrayBuffer(): Promise<ArrayBuffer> {
    return flatten(this.#chunks).buffer;
  }

  async bytes(): Promise<Uint8Array> {
    return flatten(this.#chunks);
  }

  static {
    isBlob = (value): value is Blob => typeof value === "object" && value !== null && #chunks in value;
    chunksOf = (blob) => blob.#chunks;
    makeBlob = (chunks, type) => {
      const blob = new Blob();
      blob.#chunks = chunks;
      blob.#size = sizeOf(chunks);
      blob.#type = type;
      return blob;
    };
  }
}
defineInterface(Blob);
