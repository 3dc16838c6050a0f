// SPDX-License-Identifier: Apache-2.0
// MIME types (MIME Sniffing standard, 4), and the one that a list of headers names (Fetch standard, 2.2.2).
export interface MimeType {
  essence: string;
  parameters: Map<string, string>;
}

const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const quotable = /^[\t\x20-\x7e\x80-\xff]*$/;
const trim = (text: string) => text.replace(/^[\t\n\r ]+/, "").replace(/[\t\n\r ]+$/, "");

// "Collect an HTTP quoted string", from the quote at `start`. `end` is behind it.
function quotedString(text: string, start: number): { value: string; end: number } {
  let value = "";
  let i = start + 1;
  for (; i < text.length && text[i] !== '"'; i++) {
    if (text[i] === "\\" && i + 1 < text.length) i++;
    value += text[i];
  }
  return { value, end: Math.min(i + 1, text.length) };
}

function indexOrEnd(text: string, character: string, from: number): number {
  const index = text.indexOf(character, from);
  return index < 0 ? text.length : index;
}

function parseParameters(text: string, parameters: Map<string, string>): void {
  for (let at = 0; at < text.length; ) {
    const start = at + text.slice(at).search(/[^\t\n\r ]|$/);
    const separator = start + text.slice(start).search(/[;=]|$/);
    const name = text.slice(start, separator).toLowerCase();
    at = separator + 1;
    if (text[separator] !== "=") continue;
    let value: string;
    if (text[at] === '"') {
      const quoted = quotedString(text, at);
      value = quoted.value;
      at = indexOrEnd(text, ";", quoted.end) + 1;
    } else {
      const end = indexOrEnd(text, ";", at);
      value = text.slice(at, end).replace(/[\t\n\r ]+$/, "");
      at = end + 1;
      if (value === "") continue;
    }
    if (token.test(name) && quotable.test(value) && !parameters.has(name)) parameters.set(name, value);
  }
}

export function parseMimeType(input: string): MimeType | undefined {
  const text = trim(input);
  const end = indexOrEnd(text, ";", 0);
  const slash = text.indexOf("/");
  if (slash < 0 || slash > end) return undefined;
  const type = text.slice(0, slash);
  const subtype = text.slice(slash + 1, end).replace(/[\t\n\r ]+$/, "");
  if (!token.test(type) || !token.test(subtype)) return undefined;
  const parameters = new Map<string, string>();
  parseParameters(text.slice(end + 1), parameters);
  return { essence: `${type}/${subtype}`.toLowerCase(), parameters };
}

export function serializeMimeType({ essence, parameters }: MimeType): string {
  let text = essence;
  for (const [name, value] of parameters) {
    text += `;${name}=${token.test(value) ? value : `"${value.replace(/["\\]/g, "\\$&")}"`}`;
  }
  return text;
}

// "Get, decode, and split": at the commas that stand in no quoted string.
function splitValues(text: string): string[] {
  const values: string[] = [];
  let start = 0;
  for (let i = 0; i <= text.length; ) {
    if (i === text.length || text[i] === ",") {
      values[values.length] = trim(text.slice(start, i));
      start = ++i;
    } else {
      i = text[i] === '"' ? quotedString(text, i).end : i + 1;
    }
  }
  return values;
}

/** The MIME type that the values of Content-Type agree on, if any. */
export function extractMimeType(contentType: string | null): MimeType | undefined {
  if (contentType === null) return undefined;
  let found: MimeType | undefined;
  let charset: string | undefined;
  for (const value of splitValues(contentType)) {
    const next = parseMimeType(value);
    if (next === undefined || next.essence === "*/*") continue;
    if (next.essence !== found?.essence) charset = next.parameters.get("charset");
    else if (charset !== undefined && !next.parameters.has("charset")) next.parameters.set("charset", charset);
    found = next;
  }
  return found;
}
