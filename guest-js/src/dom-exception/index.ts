// SPDX-License-Identifier: Apache-2.0
// DOMException (Web IDL, 2.8.1). Its objects are real errors: they have a stack, and Error.isError() says yes.
import { defineInterface, domString } from "group:webidl";
import { makeQuotaExceededError } from "./quota_exceeded.ts";

const codes: Record<string, number> = {
  IndexSizeError: 1, HierarchyRequestError: 3, WrongDocumentError: 4, InvalidCharacterError: 5,
  NoModificationAllowedError: 7, NotFoundError: 8, NotSupportedError: 9, InUseAttributeError: 10, InvalidStateError: 11,
  SyntaxError: 12, InvalidModificationError: 13, NamespaceError: 14, InvalidAccessError: 15, TypeMismatchError: 17,
  SecurityError: 18, NetworkError: 19, AbortError: 20, URLMismatchError: 21, QuotaExceededError: 22, TimeoutError: 23,
  InvalidNodeTypeError: 24, DataCloneError: 25,
};

const constants = {
  INDEX_SIZE_ERR: 1, DOMSTRING_SIZE_ERR: 2, HIERARCHY_REQUEST_ERR: 3, WRONG_DOCUMENT_ERR: 4, INVALID_CHARACTER_ERR: 5,
  NO_DATA_ALLOWED_ERR: 6, NO_MODIFICATION_ALLOWED_ERR: 7, NOT_FOUND_ERR: 8, NOT_SUPPORTED_ERR: 9,
  INUSE_ATTRIBUTE_ERR: 10, INVALID_STATE_ERR: 11, SYNTAX_ERR: 12, INVALID_MODIFICATION_ERR: 13, NAMESPACE_ERR: 14,
  INVALID_ACCESS_ERR: 15, VALIDATION_ERR: 16, TYPE_MISMATCH_ERR: 17, SECURITY_ERR: 18, NETWORK_ERR: 19, ABORT_ERR: 20,
  URL_MISMATCH_ERR: 21, QUOTA_EXCEEDED_ERR: 22, TIMEOUT_ERR: 23, INVALID_NODE_TYPE_ERR: 24, DATA_CLONE_ERR: 25,
};

// Stamps private fields onto an object that another constructor made.
class Stamped {
  constructor(object: object) {
    return object;
  }
}

class State extends Stamped {
  #name: string;
  #message: string;
  constructor(object: object, name: string, message: string) {
    super(object);
    this.#name = name;
    this.#message = message;
  }
  static name(object: any): string {
    return object.#name;
  }
  static message(object: any): string {
    return object.#message;
  }
  static is(object: object): boolean {
    return #name in object;
  }
}

class DOMException_ {
  constructor(message: unknown = "", name: unknown = "Error") {
    const text = domString(message);
    const kind = typeof name === "object" && name !== null ? "Error" : domString(name);
    const error = new Error();
    Object.setPrototypeOf(error, new.target.prototype);
    new State(error, kind, text);
    if (typeof name === "object" && name !== null && "cause" in name) {
      Object.defineProperty(error, "cause", { value: name.cause, writable: true, configurable: true });
    }
    Error.captureStackTrace(error, new.target);
    return error as any;
  }
  get name(): string {
    return State.name(this);
  }
  get message(): string {
    return State.message(this);
  }
  get code(): number {
    return codes[State.name(this)] ?? 0;
  }
}

Object.setPrototypeOf(DOMException_.prototype, Error.prototype);
Object.defineProperty(DOMException_, "length", { value: 0, configurable: true });
export const DOMException = defineInterface(DOMException_, { name: "DOMException", constants });
// A subclass registers how it is cloned before its superclass does.
export const QuotaExceededError = makeQuotaExceededError(DOMException);

// Serializable (2.8.2): name and message, and the stack.
require("native:clone").register({
  name: "DOMException",
  is: State.is,
  clone: (error: any) => [State.message(error), State.name(error), error.stack],
  revive([message, name, stack]: [string, string, unknown]) {
    const error = new DOMException(message, name);
    Object.defineProperty(error, "stack", { value: stack, writable: true, configurable: true });
    return error;
  },
});
