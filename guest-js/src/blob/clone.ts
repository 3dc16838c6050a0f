// SPDX-License-Identifier: Apache-2.0
// Serializable blobs (File API, 3 and 4). Bytes never change, so a copy shares them.
import { type Blob, chunksOf, makeBlob } from "./blob.ts";
import { type Chunks } from "./chunks.ts";
import { File, isFile } from "./file.ts";

interface Copy {
  chunks: Chunks;
  type: string;
  name: string | undefined;
  lastModified: number;
}

export function copyOf(blob: Blob): Copy {
  const { name, lastModified } = isFile(blob) ? blob : { name: undefined, lastModified: 0 };
  return { chunks: chunksOf(blob), type: blob.type, name, lastModified };
}

export function revive({ chunks, type, name, lastModified }: Copy): Blob {
  const blob = makeBlob(chunks, type);
  return name === undefined ? blob : new File([blob], name, { __proto__: null, type, lastModified });
}
