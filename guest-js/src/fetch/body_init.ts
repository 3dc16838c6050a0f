// SPDX-License-Identifier: Apache-2.0
// BodyInit (Fetch standard, 5.2): conversion, and "extract a body".
import { chunksOf, isBlob } from "group:blob";
import { formatQuery, isURLSearchParams } from "group:url";
import { usvString } from "group:webidl";
import { type BufferSource, copyBytes } from "../blob/chunks.ts";
import { Body, type Content } from "./body.ts";
import { encodeFormData, entriesOf, isFormData } from "./form_data.ts";
import { isDisturbed, isLocked, isReadableStream } from "./streams.ts";

/** A value after the conversion to BodyInit, which may run the program's code; what is left to do does not. */
export interface ConvertedBody {
  kind: "text" | "bytes" | "blob" | "form" | "query" | "stream";
  value: any;
}

export interface ExtractedBody {
  body: Body;
  type: string | null;
}

function kindOfObject(value: object): ConvertedBody["kind"] {
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return "bytes";
  if (isFormData(value)) return "form";
  if (isURLSearchParams(value)) return "query";
  if (isBlob(value)) return "blob";
  if (isReadableStream(value)) return "stream";
  return "text";
}

export function convertBody(value: unknown): ConvertedBody | null {
  if (value === null || value === undefined) return null;
  const kind = typeof value === "object" ? kindOfObject(value) : "text";
  return { kind, value: kind === "text" ? usvString(value) : value };
}

function bytesOf(value: BufferSource): Content {
  const bytes = copyBytes(value);
  return bytes.length === 0 ? [] : [bytes];
}

export function extractBody({ kind, value }: ConvertedBody, keepalive = false): ExtractedBody {
  switch (kind) {
    case "text":
      return { body: new Body(value), type: "text/plain;charset=UTF-8" };
    case "bytes":
      return { body: new Body(bytesOf(value)), type: null };
    case "query":
      return { body: new Body(formatQuery(value)), type: "application/x-www-form-urlencoded;charset=UTF-8" };
    case "blob":
      return { body: new Body(chunksOf(value)), type: value.type || null };
    case "form": {
      const { chunks, type } = encodeFormData(entriesOf(value));
      return { body: new Body(chunks), type };
    }
    case "stream":
      if (keepalive) throw new TypeError("Request: a stream cannot be the body of a keepalive request");
      if (isDisturbed(value)) throw new TypeError("the stream for the body has been read from already");
      if (isLocked(value)) throw new TypeError("the stream for the body is locked to a reader");
      return { body: new Body(null, value), type: null };
  }
}
