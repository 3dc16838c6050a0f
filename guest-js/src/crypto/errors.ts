// SPDX-License-Identifier: Apache-2.0
// The DOMExceptions of the Web Cryptography standard (14.4), by their names.
import { DOMException } from "group:dom-exception";

const maker = (name: string) => (message: string) => new DOMException(message, name) as Error;

export const dataError = maker("DataError");
export const invalidAccessError = maker("InvalidAccessError");
export const notSupportedError = maker("NotSupportedError");
export const operationError = maker("OperationError");
export const syntaxError = maker("SyntaxError");
export const typeMismatchError = maker("TypeMismatchError");

/** What a native gave, or an error where it gave null. */
export function succeeded<T>(result: T | null, message: string, makeError: (message: string) => Error = operationError): T {
  if (result === null) throw makeError(message);
  return result;
}
