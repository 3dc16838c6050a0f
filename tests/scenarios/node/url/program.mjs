// SPDX-License-Identifier: Apache-2.0
import url, { domainToASCII, domainToUnicode, fileURLToPath, format, parse, pathToFileURL, resolve, urlToHttpOptions } from "node:url";

const attempt = (run) => { try { return run(); } catch (error) { return [error.name, error.code, error.message]; } };

export default () => ({
  same: [url.URL === URL, url.URLSearchParams === URLSearchParams],
  paths: [fileURLToPath("file:///a%20b/%C3%BC"), fileURLToPath(new URL("file:///x")), pathToFileURL("/a b/#?%\n").href, pathToFileURL("/dir/").href],
  errors: [() => fileURLToPath("http://a/b"), () => fileURLToPath("file://host/a"), () => fileURLToPath("file:///a%2fb"), () => fileURLToPath(1), () => parse(1), () => pathToFileURL(1)].map(attempt),
  parse: ["http://user:pw@Host.com:80/p/a/t/h?query=string#hash", "//x/y", "mailto:a@b.c", "/just/path?x", "http://münchen.de/ä", "javascript:alert(1)"].map((text) => ({ ...parse(text) })),
  query: { ...parse("/a?b=1&b=2", true).query }, resolve: [resolve("/one/two/three", "four"), resolve("http://example.com/", "/one"), resolve("http://example.com/one", "../two")],
  format: [format({ protocol: "https", hostname: "h", pathname: "/p", query: { a: 1 } }), format(new URL("http://u:p@xn--mnchen-3ya.de/a?b#c"), { auth: false, fragment: false, search: false, unicode: true })],
  domains: [domainToASCII("español.com"), domainToUnicode("xn--espaol-zwa.com"), domainToASCII("xn--iñvalid.com")],
  options: { ...urlToHttpOptions(new URL("https://a:b@[::1]:8080/p?q#h")) },
});
