// SPDX-License-Identifier: Apache-2.0
export { URL } from "./url.ts";
export { formatQuery, isURLSearchParams, URLSearchParams } from "./search_params.ts";
