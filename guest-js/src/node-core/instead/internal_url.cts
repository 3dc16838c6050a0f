// SPDX-License-Identifier: Apache-2.0
// The library's URL is the group url's; what Node adds to it is here.
const { codes } = require("internal/errors");
const { validateString, validateObject } = require("internal/validators");
const { URL, URLSearchParams } = require("group:url");
const { toASCII, toUnicode } = require("../url.ts");
const path = require("path");

function isURL(value: any): boolean {
  return Boolean(value?.href && value.protocol && value.auth === undefined && value.path === undefined);
}

function pathOf(url: any): string {
  if (url.hostname !== "") throw new codes.ERR_INVALID_FILE_URL_HOST("linux");
  const { pathname } = url;
  if (/%2f/i.test(pathname)) throw new codes.ERR_INVALID_FILE_URL_PATH("must not include encoded / characters", url);
  return pathname;
}

function fileURLToPath(value: any): string {
  const url = typeof value === "string" ? new URL(value) : value;
  if (!isURL(url)) throw new codes.ERR_INVALID_ARG_TYPE("path", ["string", "URL"], value);
  if (url.protocol !== "file:") throw new codes.ERR_INVALID_URL_SCHEME("file");
  return decodeURIComponent(pathOf(url));
}

function pathToFileURL(file: string): any {
  validateString(file, "path");
  let resolved = path.resolve(file);
  if (file.endsWith("/") && !resolved.endsWith("/")) resolved += "/";
  const hex = (c: string) => `%${c.charCodeAt(0).toString(16).padStart(2, "0").toUpperCase()}`;
  return new URL(`file://${resolved.replace(/[%\\\n\r\t?#]/g, hex)}`);
}

function urlToHttpOptions(url: any): object {
  validateObject(url, "url", undefined, { allowArray: true, allowFunction: true });
  const { hostname, pathname, port, username, password, search } = url;
  const options: Record<string, unknown> = {
    __proto__: null, ...url, protocol: url.protocol,
    hostname: hostname?.[0] === "[" ? hostname.slice(1, -1) : hostname,
    hash: url.hash, search, pathname, path: `${pathname || ""}${search || ""}`, href: url.href,
  };
  if (port !== "") options.port = Number(port);
  if (username || password) options.auth = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return options;
}

const schemes = ["http", "https", "ftp", "gopher", "file", "ws", "wss"];
const both = (names: string[]) => new Set(names.flatMap((name) => [name, `${name}:`]));

module.exports = {
  URL, URLSearchParams, isURL, fileURLToPath, pathToFileURL, urlToHttpOptions,
  fileURLToPathBuffer: (value: any) => require("buffer").Buffer.from(fileURLToPath(value)),
  toPathIfFileURL: (value: any) => (isURL(value) ? fileURLToPath(value) : value),
  domainToASCII: (domain: unknown) => toASCII(`${domain}`),
  domainToUnicode: (domain: unknown) => toUnicode(`${domain}`),
  unsafeProtocol: both(["javascript"]),
  hostlessProtocol: both(["javascript"]),
  slashedProtocol: both(schemes),
};
