// SPDX-License-Identifier: Apache-2.0
// internalBinding("url") and internalBinding("encoding_binding"), as far as the legacy url module needs them.
const { toASCII, toUnicode } = require("native:url");
export { toASCII, toUnicode };

/** url.format() of a URL object. */
export function format(href: string, fragment: boolean, unicode: boolean, search: boolean, auth: boolean): string {
  const { URL } = require("group:url");
  const url = new URL(href);
  if (!fragment) url.hash = "";
  if (!search) url.search = "";
  if (!auth) url.username = url.password = "";
  return unicode && url.hostname !== "" ? url.href.replace(url.hostname, toUnicode(url.hostname)) : url.href;
}
