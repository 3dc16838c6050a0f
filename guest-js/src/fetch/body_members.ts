// SPDX-License-Identifier: Apache-2.0
// The members of Body (Fetch standard, 5.2), which Request and Response share.
import { Blob, makeBlob } from "group:blob";
import { type Body, bytesOfContent, type Content, textOfContent } from "./body.ts";
import { makeFormData } from "./form_data.ts";
import { type Headers, headerValue } from "./headers.ts";
import { extractMimeType, serializeMimeType } from "./mime_type.ts";
import { parseMultipart } from "./multipart.ts";
import { decoded, emptyStream } from "./streams.ts";

const utf8 = require("native:utf8");
const parseJson = JSON.parse;

/** What the members need of the object that they are called on. */
export interface BodyOwner {
  body: Body | null;
  headers: Headers;
}

function checkUsable({ body }: BodyOwner, what: string): void {
  if (!body?.isUnusable) return;
  const why = body.isUsed ? "has already been read; call clone() before reading it twice" : "is locked to a reader";
  throw new TypeError(`${what}: the body ${why}`);
}

/** Throws unless the body can be read, or there is none. */
export { checkUsable };

function take(owner: BodyOwner, what: string): Content | Promise<Content> {
  checkUsable(owner, what);
  return owner.body === null ? "" : owner.body.take();
}

const typeOf = (owner: BodyOwner) => extractMimeType(headerValue(owner.headers, "content-type"));

function blobOf(content: Content, owner: BodyOwner): unknown {
  const type = typeOf(owner);
  const chunks = typeof content !== "string" ? content : content === "" ? [] : [utf8.encode(content)];
  return makeBlob(chunks, type === undefined ? "" : new Blob([], { __proto__: null, type: serializeMimeType(type) }).type);
}

function formOf(content: Content, owner: BodyOwner): unknown {
  const type = typeOf(owner);
  if (type?.essence === "multipart/form-data") {
    const boundary = type.parameters.get("boundary");
    if (boundary === undefined) throw new TypeError("formData: the Content-Type has no boundary");
    return makeFormData(parseMultipart(bytesOfContent(content), boundary));
  }
  if (type?.essence === "application/x-www-form-urlencoded") {
    const list: string[] = require("native:url").parseForm(textOfContent(content, true));
    const entries: [string, string][] = [];
    for (let i = 0; i < list.length; i += 2) entries[entries.length] = [list[i]!, list[i + 1]!];
    return makeFormData(entries);
  }
  const found = type === undefined ? "missing" : type.essence;
  throw new TypeError(
    `formData: the Content-Type must be multipart/form-data or application/x-www-form-urlencoded; it is ${found}`,
  );
}

export function addBodyMembers(type: { name: string; prototype: object }, ownerOf: (self: any) => BodyOwner): void {
  const members = {
    get body(): object | null {
      return ownerOf(this).body?.stream ?? null;
    },
    get bodyUsed(): boolean {
      return ownerOf(this).body?.isUsed ?? false;
    },
    async arrayBuffer(): Promise<ArrayBuffer> {
      return bytesOfContent(await take(ownerOf(this), `${type.name}.arrayBuffer`)).buffer;
    },
    async blob(): Promise<unknown> {
      const owner = ownerOf(this);
      return blobOf(await take(owner, `${type.name}.blob`), owner);
    },
    async bytes(): Promise<Uint8Array> {
      return bytesOfContent(await take(ownerOf(this), `${type.name}.bytes`));
    },
    async formData(): Promise<unknown> {
      const owner = ownerOf(this);
      return formOf(await take(owner, `${type.name}.formData`), owner);
    },
    async json(): Promise<unknown> {
      return parseJson(textOfContent(await take(ownerOf(this), `${type.name}.json`)));
    },
    async text(): Promise<string> {
      return textOfContent(await take(ownerOf(this), `${type.name}.text`));
    },
    textStream(): object {
      const owner = ownerOf(this);
      checkUsable(owner, `${type.name}.textStream`);
      return owner.body === null ? emptyStream() : decoded(owner.body.stream);
    },
  };
  Object.defineProperties(type.prototype, Object.getOwnPropertyDescriptors(members));
}
