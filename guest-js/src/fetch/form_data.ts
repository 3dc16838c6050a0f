// SPDX-License-Identifier: Apache-2.0
// FormData (XMLHttpRequest standard, 4), and its encoding as multipart/form-data (HTML standard, 4.10.21.8).
import { chunksOf, File, isBlob, isFile, makeBlob } from "group:blob";
import { defineInterface, defineIterable, requireArguments, usvString } from "group:webidl";
import { type Chunks } from "../blob/chunks.ts";

const utf8 = require("native:utf8");
const random = Math.random;

export type Entry = [name: string, value: any];

export let isFormData: (value: object) => boolean;
export let entriesOf: (form: FormData) => readonly Entry[];
export let makeFormData: (entries: Entry[]) => FormData;

// "Create an entry" for a Blob: it becomes a File, unless it is one and keeps its name.
function fileOf(value: any, filename: string | undefined): object {
  if (isFile(value) && filename === undefined) return value;
  const options: Record<string, unknown> = { __proto__: null, type: value.type };
  if (isFile(value)) options.lastModified = value.lastModified;
  return new File([makeBlob(chunksOf(value), "")], filename ?? "blob", options);
}

function entryOf(what: string, parameters: IArguments): Entry {
  requireArguments(parameters.length, 2, what);
  const [name, value, filename] = parameters as unknown as [unknown, unknown, unknown];
  const key = usvString(name);
  if (isBlob(value)) return [key, fileOf(value, filename === undefined ? undefined : usvString(filename))];
  if (parameters.length > 2) throw new TypeError(`${what}: only a Blob or a File can have a file name`);
  return [key, usvString(value)];
}

export class FormData {
  #entries: Entry[] = [];

  constructor(form: unknown = undefined, _submitter: unknown = undefined) {
    if (form !== undefined) throw new TypeError("FormData: there are no HTML forms here; append the fields instead");
  }

  append(_name: unknown, _value: unknown, _filename: unknown = undefined): void {
    this.#entries;
    const entry = entryOf("FormData.append", arguments);
    this.#entries[this.#entries.length] = entry;
  }

  delete(name: unknown): void {
    this.#entries;
    requireArguments(arguments.length, 1, "FormData.delete");
    const key = usvString(name);
    this.#entries = this.#entries.filter((entry) => entry[0] !== key);
  }

  get(name: unknown): unknown {
    this.#entries;
    requireArguments(arguments.length, 1, "FormData.get");
    const key = usvString(name);
    return this.#entries.find((entry) => entry[0] === key)?.[1] ?? null;
  }

  getAll(name: unknown): unknown[] {
    this.#entries;
    requireArguments(arguments.length, 1, "FormData.getAll");
    const key = usvString(name);
    return this.#entries.filter((entry) => entry[0] === key).map((entry) => entry[1]);
  }

  has(name: unknown): boolean {
    this.#entries;
    requireArguments(arguments.length, 1, "FormData.has");
    const key = usvString(name);
    return this.#entries.some((entry) => entry[0] === key);
  }

  set(_name: unknown, _value: unknown, _filename: unknown = undefined): void {
    this.#entries;
    const entry = entryOf("FormData.set", arguments);
    const first = this.#entries.findIndex((each) => each[0] === entry[0]);
    if (first < 0) {
      this.#entries[this.#entries.length] = entry;
      return;
    }
    this.#entries[first] = entry;
    this.#entries = this.#entries.filter((each, i) => i <= first || each[0] !== entry[0]);
  }

  static {
    isFormData = (value) => #entries in value;
    entriesOf = (form) => form.#entries;
    makeFormData = (entries) => {
      const form = new FormData();
      form.#entries = entries;
      return form;
    };
  }
}
defineIterable(FormData, (self) => entriesOf(self) as Entry[]);
defineInterface(FormData);

function boundary(): string {
  let digits = "";
  for (let i = 0; i < 4; i++) digits += (Math.floor(random() * 0x100000000)).toString(16).padStart(8, "0");
  return `----mayflyformdata${digits}`;
}

const escapes: Record<string, string> = { "\n": "%0A", "\r": "%0D", '"': "%22" };
const escape = (text: string) => text.replace(/[\n\r"]/g, (character) => escapes[character]!);
const normalizeNewlines = (text: string) => text.replace(/\r\n?|\n/g, "\r\n");

export function encodeFormData(entries: readonly Entry[]): { chunks: Chunks; type: string } {
  const mark = boundary();
  const chunks: Uint8Array[] = [];
  let text = "";
  for (const [name, value] of entries) {
    text += `--${mark}\r\nContent-Disposition: form-data; name="${escape(normalizeNewlines(name))}"`;
    if (typeof value === "string") {
      text += `\r\n\r\n${normalizeNewlines(value)}\r\n`;
      continue;
    }
    text += `; filename="${escape(value.name)}"\r\nContent-Type: ${value.type || "application/octet-stream"}\r\n\r\n`;
    chunks[chunks.length] = utf8.encode(text);
    for (const chunk of chunksOf(value)) chunks[chunks.length] = chunk;
    text = "\r\n";
  }
  chunks[chunks.length] = utf8.encode(`${text}--${mark}--\r\n`);
  return { chunks, type: `multipart/form-data; boundary=${mark}` };
}
