// SPDX-License-Identifier: Apache-2.0
import "./clone.ts";

export { fetch } from "./fetch.ts";
export { FormData } from "./form_data.ts";
export { Headers } from "./headers.ts";
export { Request } from "./request.ts";
export { Response } from "./response.ts";
