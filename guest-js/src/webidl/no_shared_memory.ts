// SPDX-License-Identifier: Apache-2.0
// webidl-conversions looks at SharedArrayBuffer's accessors when it loads; here there is none. This stands in for it and
// recognises nothing.
export class SharedArrayBuffer {
  get byteLength(): number {
    throw new TypeError("not a SharedArrayBuffer");
  }
  get growable(): boolean {
    throw new TypeError("not a SharedArrayBuffer");
  }
}
