// SPDX-License-Identifier: Apache-2.0
// A failure of the host, or a worker that ended, as an error to catch. `code` is one of docs/error-codes.md.

export interface FailureDocument {
  code: string;
  message: string;
  retryable?: boolean;
  name?: string; // of the error that the program threw
  properties?: Record<string, unknown>;
  [more: string]: unknown;
}

export class MayflyError extends Error {
  override readonly name: string = "MayflyError";
  readonly code: string;
  readonly retryable: boolean;
  /** Seconds to wait before the next attempt, when the host said so. */
  readonly retryAfter: number | undefined;
  /** The whole document of the failure. */
  readonly details: FailureDocument;

  constructor(failure: FailureDocument, options: { retryAfter?: number | undefined; cause?: unknown } = {}) {
    super(failure.message, "cause" in options ? { cause: options.cause } : undefined);
    this.code = failure.code;
    this.retryable = failure.retryable === true;
    this.retryAfter = options.retryAfter;
    this.details = failure;
  }
}

const constructors: Record<string, new (message: string) => Error> = {
  __proto__: null as never,
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
};

/** What the program itself threw becomes the error that it was, with `code` and `remote`; all else a MayflyError. */
export function errorOf(failure: FailureDocument): Error {
  if (typeof failure.name !== "string") return new MayflyError(failure);
  const error = new (constructors[failure.name] ?? Error)(failure.message);
  if (error.name !== failure.name) Object.defineProperty(error, "name", { value: failure.name, configurable: true });
  return Object.assign(error, failure.properties, { code: failure.code, remote: true, details: failure });
}

/** A failure document out of JSON that came from elsewhere. */
export function failureOf(value: unknown): FailureDocument {
  const failure = value as FailureDocument | null;
  if (typeof failure === "object" && failure !== null && typeof failure.code === "string") {
    return { ...failure, message: String(failure.message ?? failure.code) };
  }
  return { code: "E_INTERNAL", message: `an answer that is no error document: ${JSON.stringify(value)?.slice(0, 200)}` };
}
