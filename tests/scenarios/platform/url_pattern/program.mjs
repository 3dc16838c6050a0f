// SPDX-License-Identifier: Apache-2.0
export default function () {
  const attempt = (run) => { try { return run(); } catch (error) { return [error.name]; } };
  const pattern = new URLPattern({ pathname: "/books/:id(\\d+)" });
  const based = new URLPattern("/a/*", "https://example.com");
  return [
    pattern.test("https://any.example/books/12"), pattern.exec("https://any.example/books/12").pathname, pattern.exec("https://any.example/books/x"),
    based.test("https://example.com/a/b"), based.test("/a/b", "https://example.com"), based.hostname, pattern.hasRegExpGroups, based.hasRegExpGroups,
    new URLPattern({ pathname: "/A" }, { ignoreCase: true }).test({ pathname: "/a" }), new URLPattern().pathname,
    attempt(() => URLPattern()), attempt(() => new URLPattern("/relative")), attempt(() => new URLPattern({ pathname: "(" })),
    attempt(() => Object.getOwnPropertyDescriptor(URLPattern.prototype, "pathname").get.call({})), String(pattern), URLPattern.length,
    Object.keys(URLPattern.prototype).sort().join(),
  ];
}
