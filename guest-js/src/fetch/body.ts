// SPDX-License-Identifier: Apache-2.0
// Bodies (Fetch standard, 2.2.4). What a body was made of is kept as it is; a stream is made of it only when the program
// asks for one, so a body that is written and read as a whole needs no streams at all.
import { byteStream } from "group:blob";
import { type Chunks, flatten } from "../blob/chunks.ts";
import { abandon, isDisturbed, isLocked, lock, passOn, readAll, teeWithCopies, useUp } from "./streams.ts";

const utf8 = require("native:utf8");

/** Well-formed text, or bytes that nobody changes. */
export type Content = string | Chunks;

export function bytesOfContent(content: Content): Uint8Array<ArrayBuffer> {
  return typeof content === "string" ? utf8.encode(content) : flatten(content);
}

/** The text without a byte order mark, unless that is to be kept. */
export function textOfContent(content: Content, keepMark = false): string {
  if (typeof content === "string") return !keepMark && content.charCodeAt(0) === 0xfeff ? content.slice(1) : content;
  return content.length === 0 ? "" : utf8.decode(content.length === 1 ? content[0] : flatten(content), keepMark);
}

function chunksOfContent(content: Content): Chunks {
  if (typeof content !== "string") return content;
  return content === "" ? [] : [utf8.encode(content)];
}

export class Body {
  // Either what the body was made of, or a stream that the program gave.
  readonly source: Content | null;
  #given: object | undefined;
  // The stream that was made of the source.
  #made: any;
  #used = false;

  constructor(source: Content | null, stream?: object) {
    this.source = source;
    this.#given = stream;
  }

  get isUsed(): boolean {
    const stream = this.#given ?? this.#made;
    return this.#used || (stream !== undefined && isDisturbed(stream));
  }

  /** Used or locked: it cannot be read any more. */
  get isUnusable(): boolean {
    const stream = this.#given ?? this.#made;
    return this.#used || (stream !== undefined && (isDisturbed(stream) || isLocked(stream)));
  }

  get stream(): object {
    if (this.#given !== undefined) return this.#given;
    if (this.#made === undefined) {
      this.#made = byteStream(chunksOfContent(this.source!));
      if (this.#used) useUp(this.#made);
    }
    return this.#made;
  }

  /** All of it. The body must be usable, and is not afterwards. */
  take(): Content | Promise<Content> {
    if (this.#given !== undefined) return readAll(this.#given);
    this.#used = true;
    if (this.#made !== undefined) useUp(this.#made);
    return this.source!;
  }

  /** The same content for a second owner. The body must be usable, and stays so. */
  clone(): Body {
    if (this.#given !== undefined) {
      const [first, second] = teeWithCopies(this.#given);
      this.#given = first;
      return new Body(null, second);
    }
    // The stream that the program may hold belongs to the clone's two branches from now on.
    if (this.#made !== undefined) lock(this.#made);
    this.#made = undefined;
    return new Body(this.source);
  }

  /** Tells the source of a stream that nobody will read it. */
  cancel(reason: unknown): void {
    if (this.#given !== undefined) abandon(this.#given, reason);
  }

  /** The same content for another owner instead of this one. */
  move(): Body {
    if (this.#given === undefined) {
      this.take();
      return new Body(this.source);
    }
    return new Body(null, passOn(this.#given));
  }
}
