// SPDX-License-Identifier: Apache-2.0
// Least recently used store under two bounds, entries and bytes. Holds finished transforms, so that the same source is
// not transformed twice, and with them what is needed to map positions back.

export interface Sized {
  /** Estimate; strings count two bytes per unit. */
  bytes: number;
}

export class MapCache<T extends Sized> {
  readonly #entries = new Map<string, T>(); // in order of use, the oldest first
  readonly #maxEntries: number;
  readonly #maxBytes: number;
  #bytes = 0;

  constructor(maxEntries: number, maxBytes: number) {
    this.#maxEntries = maxEntries;
    this.#maxBytes = maxBytes;
  }

  get(key: string): T | undefined {
    const entry = this.#entries.get(key);
    if (entry !== undefined) {
      this.#entries.delete(key);
      this.#entries.set(key, entry);
    }
    return entry;
  }

  /** False if it is too large: no single entry may take more than a quarter, or one guest could evict all others. */
  set(key: string, entry: T): boolean {
    if (entry.bytes > this.#maxBytes / 4) return false;
    this.#remove(key);
    this.#entries.set(key, entry);
    this.#bytes += entry.bytes;
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= this.#maxEntries && this.#bytes <= this.#maxBytes) break;
      this.#remove(oldest);
    }
    return true;
  }

  #remove(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#entries.delete(key);
    this.#bytes -= entry.bytes;
  }
}
