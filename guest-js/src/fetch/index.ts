// SPDX-License-Identifier: Apache-2.0
import "./clone.ts";

export { fetch, setOutbound } from "./fetch.ts";
export { FormData } from "./form_data.ts";
export { Headers } from "./headers.ts";
export { Request } from "./request.ts";
export { Response } from "./response.ts";

// For whoever sends a response on.
export { isResponse, partsOfResponse } from "./response.ts";
export { bytesOfContent } from "./body.ts";
export { pairsOfHeaders } from "./headers.ts";
export { cancelReader, openReader, readChunk } from "./streams.ts";
