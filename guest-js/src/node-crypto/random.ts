// SPDX-License-Identifier: Apache-2.0
// Random bytes and numbers, from the kernel.
import { later } from "./bytes.ts";

const native = require("native:crypto");
const { codes } = require("internal/errors");
const { validateFunction, validateNumber } = require("internal/validators");
const { Buffer } = require("buffer");

const most = 2 ** 31 - 1;

function size(value: number, name: string, limit: number): number {
  validateNumber(value, name);
  if (!(value >= 0 && value <= limit)) throw new codes.ERR_OUT_OF_RANGE(name, `>= 0 && <= ${limit}`, value);
  return value >>> 0;
}

export function randomFillSync(target: any, offset = 0, count?: number): any {
  const bytes = ArrayBuffer.isView(target)
    ? new Uint8Array(target.buffer as ArrayBuffer, target.byteOffset, target.byteLength)
    : target instanceof ArrayBuffer ? new Uint8Array(target) : undefined;
  if (bytes === undefined) throw new codes.ERR_INVALID_ARG_TYPE("buf", ["ArrayBuffer", "ArrayBufferView"], target);
  const from = size(offset, "offset", bytes.length);
  const length = count === undefined ? bytes.length - from : size(count, "size", most);
  if (from + length > bytes.length) {
    throw new codes.ERR_OUT_OF_RANGE("size + offset", `<= ${bytes.length}`, from + length);
  }
  native.fillRandom(bytes.subarray(from, from + length));
  return target;
}

export function randomFill(target: any, ...rest: any[]): void {
  const done = rest.pop();
  validateFunction(done, "callback");
  later(done, () => randomFillSync(target, ...rest));
}

export function randomBytes(count: number, done?: any): any {
  const length = size(count, "size", most);
  if (done === undefined) return randomFillSync(Buffer.alloc(length));
  validateFunction(done, "callback");
  later(done, () => randomFillSync(Buffer.alloc(length)));
}

// Without bias: what lies above the last full range is drawn again.
function below(range: number): number {
  const limit = 2 ** 48 - (2 ** 48 % range);
  for (;;) {
    const value = randomBytes(6).readUIntBE(0, 6);
    if (value < limit) return value % range;
  }
}

export function randomInt(low: number, high?: any, done?: any): number | void {
  if (high === undefined || typeof high === "function") return randomInt(0, low, high);
  if (!Number.isSafeInteger(low)) throw new codes.ERR_INVALID_ARG_TYPE("min", "a safe integer", low);
  if (!Number.isSafeInteger(high)) throw new codes.ERR_INVALID_ARG_TYPE("max", "a safe integer", high);
  if (high <= low) throw new codes.ERR_OUT_OF_RANGE("max", `greater than the value of "min" (${low})`, high);
  if (high - low > 2 ** 48 - 1) throw new codes.ERR_OUT_OF_RANGE("max - min", `<= ${2 ** 48 - 1}`, high - low);
  if (done === undefined) return low + below(high - low);
  validateFunction(done, "callback");
  later(done, () => low + below(high - low));
}
