// SPDX-License-Identifier: Apache-2.0
// QuotaExceededError (Web IDL, 2.8.4).
import { convert, defineInterface, dictionary } from "group:webidl";

type Base = new (message: unknown, name: unknown) => object;

function amount(value: unknown, what: string): number | null {
  if (value === undefined) return null;
  const number = convert["double"]!(value, { context: what }) as number;
  if (number < 0) throw new RangeError(`${what} is negative`);
  return number;
}

/** Call it before the hook for DOMException is registered, which would take these errors for its own. */
export function makeQuotaExceededError(DOMException: Base) {
  class QuotaExceededError extends DOMException {
    #quota: number | null;
    #requested: number | null;

    constructor(message: unknown = "", options: unknown = undefined) {
      super(message, "QuotaExceededError");
      const given = dictionary(options, "QuotaExceededError: the options");
      this.#quota = amount(given.quota, "QuotaExceededError: the quota");
      this.#requested = amount(given.requested, "QuotaExceededError: the requested amount");
      if (this.#quota !== null && this.#requested !== null && this.#requested < this.#quota) {
        throw new RangeError("QuotaExceededError: the requested amount is within the quota");
      }
    }
    get quota(): number | null {
      return this.#quota;
    }
    get requested(): number | null {
      return this.#requested;
    }
    static is(value: object): boolean {
      return #quota in value;
    }
  }
  const { is } = QuotaExceededError;
  Reflect.deleteProperty(QuotaExceededError, "is");
  require("native:clone").register({
    name: "QuotaExceededError",
    is,
    clone: ({ message, quota, requested, stack }: any) => ({ message, quota, requested, stack }),
    revive({ message, quota, requested, stack }: any) {
      const error = new QuotaExceededError(message, { quota: quota ?? undefined, requested: requested ?? undefined });
      return Object.defineProperty(error, "stack", { value: stack, writable: true, configurable: true });
    },
  });
  return defineInterface(QuotaExceededError, { name: "QuotaExceededError" });
}
