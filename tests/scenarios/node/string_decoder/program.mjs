// SPDX-License-Identifier: Apache-2.0
import { StringDecoder } from "node:string_decoder";

// A small generator of its own, so that every run and every engine sees the same bytes.
function* bytesFrom(seed) {
  for (;;) {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
    const pick = (seed >>> 16) % 100;
    yield pick < 30 ? pick + 40 : [0xc3, 0xa9, 0xe2, 0x82, 0xac, 0xf0, 0x9f, 0x8c, 0x8d, 0x80, 0xff, 0xd8, 0x3d, 0xdc, 0, 0xe0, 0xbf][pick % 17];
  }
}

export default function () {
  const results = {};
  for (const encoding of ["utf8", "utf16le", "base64", "base64url", "latin1", "ascii", "hex"]) {
    const source = bytesFrom(encoding.length);
    const parts = [];
    for (let round = 0; round < 40; round++) {
      const decoder = new StringDecoder(encoding);
      for (let piece = 0; piece < 6; piece++) {
        const bytes = Uint8Array.from({ length: (round + piece) % 5 }, () => source.next().value);
        parts.push(decoder.write(bytes), decoder.lastNeed, decoder.lastTotal);
      }
      parts.push(decoder.end());
    }
    results[encoding] = parts.map((part) => (typeof part === "string" ? [...part].map((c) => c.codePointAt(0).toString(16)).join(" ") : part));
  }
  const errors = [() => new StringDecoder("odd"), () => new StringDecoder().write(1)].map((attempt) => {
    try { return attempt(); } catch (error) { return [error.code, error.message]; }
  });
  return { results, errors };
}
