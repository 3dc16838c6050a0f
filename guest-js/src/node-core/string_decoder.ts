// SPDX-License-Identifier: Apache-2.0
// internalBinding("string_decoder"): decoding in pieces. The state is a Buffer: up to four bytes of a character that is
// not complete, how many it still needs, how many there are, and the encoding.
const { names, textOf } = require("./buffer.ts");

export const encodings: string[] = names;
export const kIncompleteCharactersStart = 0;
export const kIncompleteCharactersEnd = 4;
export const kMissingBytes = 4;
export const kBufferedBytes = 5;
export const kEncodingField = 6;
export const kNumFields = 7;
export const kSize = 7;

function bytes({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
}

function keep(state: Uint8Array, data: Uint8Array): void {
  state.set(data.subarray(0, 4 - state[kBufferedBytes]!), state[kBufferedBytes]!);
  state[kBufferedBytes]! += data.length;
}

// Completes the character that the last piece began. Answers the text of it and what is left of the new piece.
function complete(state: Uint8Array, data: Uint8Array, encoding: string): [string, Uint8Array] {
  if (encoding === "utf8") {
    const missing = Math.min(state[kMissingBytes]!, data.length);
    const broken = data.subarray(0, missing).findIndex((byte) => (byte & 0xc0) !== 0x80);
    if (broken >= 0) {
      state[kMissingBytes] = 0;
      keep(state, data.subarray(0, broken));
      data = data.subarray(broken);
    }
  }
  const found = Math.min(state[kMissingBytes]!, data.length);
  keep(state, data.subarray(0, found));
  state[kMissingBytes]! -= found;
  data = data.subarray(found);
  if (state[kMissingBytes]! > 0) return ["", data];
  const text: string = textOf(state.subarray(0, state[kBufferedBytes]!), encoding);
  state[kBufferedBytes] = 0;
  return [text, data];
}

// How many bytes at the end begin a UTF-8 character, and how many that character lacks.
function openUtf8(data: Uint8Array): [number, number] {
  for (let count = 1; count <= 4 && count <= data.length; count++) {
    const byte = data[data.length - count]!;
    if ((byte & 0xc0) === 0x80) continue;
    const size = (byte & 0xe0) === 0xc0 ? 2 : (byte & 0xf0) === 0xe0 ? 3 : (byte & 0xf8) === 0xf0 ? 4 : 0;
    return count < size ? [count, size - count] : [0, 0];
  }
  return [0, 0];
}

function openEnd(data: Uint8Array, encoding: string): [number, number] {
  if (encoding === "utf8") return openUtf8(data);
  if (encoding === "utf16le") {
    if (data.length % 2 === 1) return [1, 1];
    return (data[data.length - 1]! & 0xfc) === 0xd8 ? [2, 2] : [0, 0];
  }
  return data.length % 3 === 0 ? [0, 0] : [data.length % 3, 3 - (data.length % 3)];
}

export function decode(stateView: ArrayBufferView, view: ArrayBufferView): string {
  const state = bytes(stateView);
  const encoding = encodings[state[kEncodingField]!]!;
  let data = bytes(view);
  if (encoding === "ascii" || encoding === "latin1" || encoding === "hex") return textOf(data, encoding);
  let text = "";
  if (state[kMissingBytes]! > 0) [text, data] = complete(state, data, encoding);
  if (data.length === 0) return text;
  const [open, missing] = openEnd(data, encoding);
  if (open > 0) {
    state[kBufferedBytes] = 0;
    keep(state, data.subarray(data.length - open));
    state[kMissingBytes] = missing;
  }
  return text + textOf(data.subarray(0, data.length - open), encoding);
}

export function flush(stateView: ArrayBufferView): string {
  const state = bytes(stateView);
  const encoding = encodings[state[kEncodingField]!]!;
  let count = state[kBufferedBytes]!;
  if (encoding === "utf16le" && count % 2 === 1) count--;
  state[kMissingBytes] = 0;
  state[kBufferedBytes] = 0;
  return count === 0 ? "" : textOf(state.slice(0, count), encoding);
}
