// SPDX-License-Identifier: Apache-2.0
// A program was granted no network. A constructor that only fails later would leave most programs waiting for an event
// that tells nothing, so it throws, with the code of the error table and the place of the call.
export function refusal(type: Function): TypeError {
  const error = new TypeError(`${type.name} failed: no network was granted to this program`);
  Object.defineProperty(error, "code", { value: "E_DENIED", writable: true, enumerable: true, configurable: true });
  Error.captureStackTrace(error, type);
  return error;
}

/** The URL of an argument; a SyntaxError says what is wrong with it. */
export function parseUrl(type: string, text: string): any {
  const url = require("group:url").URL.parse(text);
  if (url === null) throw syntaxError(`${type}: ${JSON.stringify(text.slice(0, 200))} is not a valid URL`);
  return url;
}

export function syntaxError(message: string): Error {
  const { DOMException } = require("group:dom-exception");
  return new DOMException(message, "SyntaxError");
}
