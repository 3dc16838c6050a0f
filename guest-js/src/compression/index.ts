// SPDX-License-Identifier: Apache-2.0
// CompressionStream and DecompressionStream (Compression standard).
import { defineInterface, domString, requireArguments } from "group:webidl";
import { openPair } from "./codec_pair.ts";

function pairFor(format: unknown, decompress: boolean, what: string) {
  const pair = openPair(domString(format), decompress);
  if (pair === undefined) throw new TypeError(`${what}: '${domString(format)}' is not a format; gzip, deflate, deflate-raw and brotli are`);
  return pair;
}

class CompressionStream_ {
  #pair;
  constructor(format: unknown) {
    requireArguments(arguments.length, 1, "CompressionStream");
    this.#pair = pairFor(format, false, "CompressionStream");
  }
  get readable() {
    return this.#pair.readable;
  }
  get writable() {
    return this.#pair.writable;
  }
}

class DecompressionStream_ {
  #pair;
  constructor(format: unknown) {
    requireArguments(arguments.length, 1, "DecompressionStream");
    this.#pair = pairFor(format, true, "DecompressionStream");
  }
  get readable() {
    return this.#pair.readable;
  }
  get writable() {
    return this.#pair.writable;
  }
}

export const CompressionStream = defineInterface(CompressionStream_, { name: "CompressionStream" });
export const DecompressionStream = defineInterface(DecompressionStream_, { name: "DecompressionStream" });
