// SPDX-License-Identifier: Apache-2.0
// The guest's own, for modules of the library that import them.
const { TextDecoder, TextEncoder } = globalThis as any;
export { TextDecoder, TextEncoder };
