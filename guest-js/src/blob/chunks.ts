// SPDX-License-Identifier: Apache-2.0
// The bytes of a blob: a list of chunks that never change, so that blobs made from blobs share them.
export type Chunks = readonly Uint8Array[];

export function sizeOf(chunks: Chunks): number {
  let size = 0;
  for (let i = 0; i < chunks.length; i++) size += chunks[i]!.length;
  return size;
}

/** One array with a copy of all bytes. */
export function flatten(chunks: Chunks): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(sizeOf(chunks));
  let at = 0;
  for (let i = 0; i < chunks.length; i++) {
    bytes.set(chunks[i]!, at);
    at += chunks[i]!.length;
  }
  return bytes;
}

/** The bytes from `begin` to `end`, shared. */
export function sliceChunks(chunks: Chunks, begin: number, end: number): Uint8Array[] {
  const result: Uint8Array[] = [];
  for (let i = 0, at = 0; i < chunks.length && at < end; i++) {
    const chunk = chunks[i]!;
    const from = Math.max(begin - at, 0);
    const to = Math.min(end - at, chunk.length);
    if (from < to) result[result.length] = new Uint8Array(chunk.buffer, chunk.byteOffset + from, to - from);
    at += chunk.length;
  }
  return result;
}

export type BufferSource = ArrayBuffer | ArrayBufferView;

/** A copy of what a buffer or a view of one holds now; a detached one holds nothing (Web IDL, 3.2.25). */
export function copyBytes(source: BufferSource): Uint8Array {
  const buffer = ArrayBuffer.isView(source) ? source.buffer : source;
  if ((buffer as { detached?: boolean }).detached) return new Uint8Array(0);
  return new Uint8Array(ArrayBuffer.isView(source) ? buffer.slice(source.byteOffset, source.byteOffset + source.byteLength) : buffer.slice(0));
}
