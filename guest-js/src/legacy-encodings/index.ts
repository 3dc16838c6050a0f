// SPDX-License-Identifier: Apache-2.0
// Decoders for every encoding of the Encoding standard but UTF-8, from the npm package @exodus/bytes. TextDecoder loads
// this group when a program asks for one (src/guest/text_encoding.cc).
import { normalizeEncoding, TextDecoder } from "@exodus/bytes/encoding-lite.js";

interface Decoder {
  encoding: string;
  decode(bytes: Uint8Array, stream: boolean): string;
}

const multiByte = ["big5", "euc-jp", "euc-kr", "gb18030", "gbk", "iso-2022-jp", "shift_jis"];

function decoderFor(encoding: string, fatal: boolean, ignoreBOM: boolean): Decoder["decode"] {
  if (multiByte.includes(encoding)) {
    return require("group:multi-byte-encodings").createMultibyteDecoder(encoding, !fatal);
  }
  const decoder = new TextDecoder(encoding, { fatal, ignoreBOM });
  return (bytes, stream) => decoder.decode(bytes, { stream });
}

/** The decoder for a label; a RangeError when the standard has no such label. */
export function open(label: string, fatal: boolean, ignoreBOM: boolean): Decoder {
  const encoding = normalizeEncoding(label);
  if (encoding === null || encoding === "replacement") throw new RangeError(`The encoding '${label}' is not known`);
  const decode = decoderFor(encoding, fatal, ignoreBOM);
  return {
    encoding,
    decode(bytes, stream) {
      try {
        return decode(bytes, stream);
      } catch (error) {
        if (!(error instanceof TypeError)) throw error;
        throw new TypeError(`The encoded data was not valid for encoding ${encoding}`);
      }
    },
  };
}
