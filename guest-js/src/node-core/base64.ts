// SPDX-License-Identifier: Apache-2.0
// Base64 and hexadecimal as Node reads them: what is no digit is skipped, or ends the text.

const digits = new Int8Array(128).fill(-1);
"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".split("").forEach((digit, i) => {
  digits[digit.charCodeAt(0)] = i;
});
for (const [digit, value] of [["+", 62], ["-", 62], ["/", 63], ["_", 63]] as const) digits[digit.charCodeAt(0)] = value;

/** Writes the bytes of a text in either alphabet; answers how many fitted. */
export function decodeBase64(text: string, target: Uint8Array): number {
  let written = 0;
  let group = 0;
  let bits = 0;
  for (let i = 0; i < text.length && written < target.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x3d) break;
    const digit = code < 128 ? digits[code]! : -1;
    if (digit < 0) continue;
    group = ((group << 6) | digit) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    target[written++] = group >> bits;
  }
  return written;
}

function nibble(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  const letter = code | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : -1;
}

export function decodeHex(text: string, target: Uint8Array): number {
  const count = Math.min(text.length >> 1, target.length);
  for (let i = 0; i < count; i++) {
    const high = nibble(text.charCodeAt(2 * i));
    const low = nibble(text.charCodeAt(2 * i + 1));
    if (high < 0 || low < 0) return i;
    target[i] = high * 16 + low;
  }
  return count;
}
