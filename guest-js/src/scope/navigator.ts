// SPDX-License-Identifier: Apache-2.0
// Navigator (HTML standard, 8.10.1), as far as it says something true about a sandbox.
import { defineInterface } from "group:webidl";

const native = require("native:scope");
const secret = Symbol("Navigator");
const languages = Object.freeze(["en-US"]);

export class Navigator {
  #userAgent: string;

  constructor() {
    if (arguments[0] !== secret) throw new TypeError("Illegal constructor");
    this.#userAgent = `Mayfly/${native.version()}`;
  }

  get userAgent(): string { return this.#userAgent; }
  get hardwareConcurrency(): number { return this.#userAgent === "" ? 0 : 1; }
  get language(): string { return this.#userAgent && languages[0]!; }
  get languages(): readonly string[] { return this.#userAgent && (languages as any); }
}

defineInterface(Navigator);
export const navigator: Navigator = new (Navigator as any)(secret);
