// SPDX-License-Identifier: Apache-2.0
// Interfaces without a constructor (Web IDL, 3.7.1): only who has the permit can make an object of them.

export const permit = Symbol("permit");

export function checkPermit(values: unknown[]): void {
  if (values[0] !== permit) throw new TypeError("Illegal constructor");
}
