// SPDX-License-Identifier: Apache-2.0
// File (File API, 4).
import { convert, defineInterface, dictionary, requireArguments, usvString } from "group:webidl";
import { Blob } from "./blob.ts";

const now = Date.now;

export let isFile: (value: unknown) => value is File;

export class File extends Blob {
  #name: string;
  #lastModified: number;

  constructor(fileBits: unknown, fileName: unknown, options: unknown = {}) {
    requireArguments(arguments.length, 2, "File constructor");
    if (fileBits === undefined) throw new TypeError("File: the parts must be an array or another iterable object");
    super(fileBits, options);
    this.#name = usvString(fileName);
    const { lastModified } = dictionary(options, "File: the third argument");
    this.#lastModified = lastModified === undefined ? now() : convert["long long"]!(lastModified);
  }

  get name(): string { return this.#name; }
  get lastModified(): number { return this.#lastModified; }

  static {
    isFile = (value): value is File => typeof value === "object" && value !== null && #name in value;
  }
}
defineInterface(File);
