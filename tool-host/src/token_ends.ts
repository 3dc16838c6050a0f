// SPDX-License-Identifier: Apache-2.0
// Where lexical elements end. Loops over char codes and no regular expressions: the text may be one literal of 64 MiB,
// and a backtracking matcher keeps a stack entry per character.

export function isLineEnd(code: number): boolean {
  return code === 10 || code === 13 || code === 0x2028 || code === 0x2029;
}

export function isSpace(code: number): boolean {
  if (code < 128) return code === 32 || (code >= 9 && code <= 13);
  return code === 0xa0 || code === 0xfeff || code === 0x2028 || code === 0x2029;
}

/** Letters, digits, $, _, #, backslash (an escaped letter) and everything beyond ASCII that is no space. */
export function isWordPart(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57) || code === 95 ||
    code === 36 || code === 35 || code === 92 || (code >= 128 && !isSpace(code));
}

export function wordEnd(text: string, at: number): number {
  while (at < text.length && isWordPart(text.charCodeAt(at))) at++;
  return at;
}

/** The end of the comment that starts here, or `at` if none does. */
export function commentEnd(text: string, at: number): number {
  if (text.charCodeAt(at) !== 47) return at;
  const next = text.charCodeAt(at + 1);
  if (next === 42) {
    const end = text.indexOf("*/", at + 2);
    return end < 0 ? text.length : end + 2;
  }
  if (next !== 47) return at;
  while (at < text.length && !isLineEnd(text.charCodeAt(at))) at++;
  return at;
}

/** The end of the quoted string that starts here; just after the quote if it is none, as an apostrophe in JSX text. */
export function stringEnd(text: string, at: number): number {
  const quote = text.charCodeAt(at);
  for (let i = at + 1; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === quote) return i + 1;
    if (code === 10 || code === 13) break;
    if (code === 92) i++;
  }
  return at + 1;
}

/** The end of the regular expression that starts here, without its flags, or -1. */
export function regExpEnd(text: string, at: number): number {
  let inClass = false;
  for (let i = at + 1; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (isLineEnd(code)) return -1;
    if (code === 92) i++;
    else if (code === 91) inClass = true;
    else if (code === 93) inClass = false;
    else if (code === 47 && !inClass) return i + 1;
  }
  return -1;
}
