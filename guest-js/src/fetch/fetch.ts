// SPDX-License-Identifier: Apache-2.0
// fetch (Fetch standard, 5.6) of a program that was granted no network: it fails as a real one does for wrong arguments
// and an aborted signal, answers data: URLs, and refuses the rest.
import { Body } from "./body.ts";
import { readDataUrl } from "./data_url.ts";
import { Request, throwIfAborted } from "./request.ts";
import { makeResponse, type Response } from "./response.ts";

// `code` is that of the error table, so that the daemon and a reader can tell the refusal from a bug.
function denied(): TypeError {
  const error = new TypeError("fetch failed: no network was granted to this program");
  Object.defineProperty(error, "code", { value: "E_DENIED", writable: true, enumerable: true, configurable: true });
  Error.captureStackTrace(error, fetch);
  return error;
}

function failed(why: string): TypeError {
  const error = new TypeError(`fetch failed: ${why}`);
  Error.captureStackTrace(error, fetch);
  return error;
}

function fetchData({ url, method }: Request): Response {
  const href = url.replace(/#.*$/s, "");
  const data = readDataUrl(href);
  if (data === undefined) throw failed("the data: URL has no comma, or its base64 is not valid");
  const content = data.bytes.length === 0 ? [] : [data.bytes];
  return makeResponse([["content-type", data.type]], method === "HEAD" ? null : new Body(content), href);
}

/** Where requests go when something was granted. */
let outbound: ((request: Request) => Promise<Response>) | undefined;
export const setOutbound = (to: typeof outbound): void => { outbound = to; };

export async function fetch(input: unknown, _init: unknown = {}): Promise<Response> {
  const request: Request = Reflect.construct(Request, arguments);
  throwIfAborted(request);
  const scheme = request.url.slice(0, request.url.indexOf(":"));
  if (scheme === "data") return fetchData(request);
  if (scheme !== "http" && scheme !== "https") throw failed(`only http:, https: and data: URLs can be fetched, not ${scheme}:`);
  if (outbound !== undefined) return outbound(request);
  throw denied();
}
