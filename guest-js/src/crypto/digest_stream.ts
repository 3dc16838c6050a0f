// SPDX-License-Identifier: Apache-2.0
// crypto.DigestStream of Cloudflare Workers: a WritableStream that digests what is written into it. Its base class comes
// from another group, so it is made when a program first asks for it.
import { domString } from "group:webidl";
import { notSupportedError, succeeded } from "./errors.ts";
import { native } from "./native.ts";
import { bufferSource } from "./normalize.ts";

const names = ["MD5", "SHA-1", "SHA-256", "SHA-384", "SHA-512"];

function digestName(algorithm: any): string {
  const name = domString(typeof algorithm === "object" && algorithm !== null ? algorithm.name : algorithm).toUpperCase();
  if (!names.includes(name)) throw notSupportedError(`DigestStream: the digest ${name} is not supported`);
  return name;
}

function chunkBytes(chunk: unknown): Uint8Array {
  return typeof chunk === "string" ? new TextEncoder().encode(chunk) : bufferSource(chunk, "DigestStream: the chunk");
}

function makeClass() {
  const { WritableStream } = require("group:streams");
  return class DigestStream extends WritableStream {
    #state: { written: number; digest: Promise<ArrayBuffer> };

    constructor(algorithm: unknown) {
      const handle = succeeded(native.digestStart(digestName(algorithm)), "The digest failed");
      const { promise, resolve, reject } = Promise.withResolvers<ArrayBuffer>();
      // A stream that is aborted by someone who does not want the digest is no unhandled rejection.
      promise.catch(() => {});
      const state = { written: 0, digest: promise };
      super({
        write(chunk: unknown) {
          const bytes = chunkBytes(chunk);
          succeeded(native.digestUpdate(handle, bytes), "The digest failed");
          state.written += bytes.length;
        },
        close: () => resolve(succeeded(native.digestFinish(handle), "The digest failed")),
        abort: (reason: unknown) => reject(reason),
      });
      this.#state = state;
    }

    get digest(): Promise<ArrayBuffer> {
      return this.#state.digest;
    }
    get bytesWritten(): number {
      return this.#state.written;
    }
  };
}

let made: unknown;

export const digestStreamClass = () => (made ??= makeClass());
