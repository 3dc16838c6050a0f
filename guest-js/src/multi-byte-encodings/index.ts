// SPDX-License-Identifier: Apache-2.0
// Decoders with large tables, for East Asian encodings. Apart, because reading 170 KB of source takes milliseconds.
export { createMultibyteDecoder } from "@exodus/bytes/multi-byte.js";
