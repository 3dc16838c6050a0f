// SPDX-License-Identifier: Apache-2.0
// The first part of every test program: what the harness expects of a global scope and a bare one does not have, and the
// way results leave. program.mjs puts `const wptParameters = {...};` in front of it. Everything that results depend on is
// taken now, because tests replace globals.

const wptRun = (({ url, files, timeout, mark }) => {
  const { log } = console;
  const { stringify } = JSON;
  const { setTimeout, clearTimeout } = globalThis;
  const nativeFetch = globalThis.fetch;
  const define = (name, value) =>
    Object.defineProperty(globalThis, name, { value, writable: true, enumerable: false, configurable: true });

  const send = (record) => log(mark + stringify(record));
  const messageOf = (value) => (value == null ? undefined : String(value).slice(0, 600));
  const path = url.replace(/^\w+:\/\/[^/]+/, "").replace(/[?#].*/, "");

  // Not URL: that is one of the things under test.
  const pathOf = (reference) => {
    const plain = String(reference).replace(/[?#].*/, "");
    const joined = plain.startsWith("/") ? plain : path.replace(/[^/]*$/, "") + plain;
    const kept = [];
    for (const part of joined.split("/")) {
      if (part === "..") kept.pop();
      else if (part !== "." && part !== "") kept.push(part);
    }
    return `/${kept.join("/")}`;
  };

  const responseOf = (text) => {
    if (typeof Response === "function") return new Response(text);
    return { ok: true, status: 200, text: async () => text, json: async () => JSON.parse(text) };
  };

  const fetchFile = async (...args) => {
    const file = typeof args[0] === "string" ? files[pathOf(args[0])] : undefined;
    return file === undefined ? nativeFetch(...args) : responseOf(file);
  };

  const [, protocol, host, search] = /^(\w+:)\/\/([^/]+)[^?]*(\?.*)?$/.exec(url);
  if (globalThis.self === undefined) define("self", globalThis);
  if (globalThis.location === undefined) {
    define("location", {
      href: url, origin: `${protocol}//${host}`, protocol, host, hostname: host, port: "", pathname: path,
      search: search ?? "", hash: "", toString: () => url,
    });
  }
  define("GLOBAL", { isWindow: () => false, isWorker: () => true, isShadowRealm: () => false });
  if (Object.keys(files).length > 0) define("fetch", fetchFile);

  let resolveFinished;
  let timer;
  return {
    finished: new Promise((resolve) => { resolveFinished = resolve; }),
    // Called when the harness is there and no test yet.
    start({ addResult, addCompletion, expire }) {
      if (timeout !== undefined) timer = setTimeout(expire, timeout);
      addResult((test) => send({ name: test.name, status: test.status, message: messageOf(test.message) }));
      addCompletion((tests, { status, message }) => {
        clearTimeout(timer);
        send({ end: status, message: messageOf(message) });
        resolveFinished();
      });
    },
    // A script threw outside of any test. What was registered before still runs.
    threw(error) { send({ threw: messageOf(error?.stack ?? error) }); },
    define,
  };
})(wptParameters);
