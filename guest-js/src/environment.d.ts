// SPDX-License-Identifier: Apache-2.0
// What a group finds besides the language. `group:*` modules are the index.ts of another group.
declare function require(specifier: string): any;

declare module "webidl-conversions" {
  const conversions: Record<string, (value: unknown, options?: object) => any>;
  export default conversions;
}
interface ErrorConstructor {
  captureStackTrace(target: object, hide?: Function): void;
}
declare class TextEncoder {
  encode(text?: string): Uint8Array<ArrayBuffer>;
}
declare class TextDecoder {
  constructor(label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean });
  decode(bytes?: ArrayBuffer | ArrayBufferView, options?: { stream?: boolean }): string;
}
