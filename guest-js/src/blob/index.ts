// SPDX-License-Identifier: Apache-2.0
import { isBlob } from "./blob.ts";
import { copyOf, revive } from "./clone.ts";

export { Blob, blobBytes, chunksOf, isBlob, makeBlob } from "./blob.ts";
export { byteStream } from "./byte_stream.ts";
export { File, isFile } from "./file.ts";

require("native:clone").register({ name: "Blob", is: isBlob, clone: copyOf, revive });
