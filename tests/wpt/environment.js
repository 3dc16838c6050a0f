// SPDX-License-Identifier: Apache-2.0
// The first part of every test program: what the harness expects of a global scope and a bare one does not have, and
// the way results leave. program.mjs puts `const wptParameters = {...};` in front of it. Everything that results depend
// on is taken now, because tests replace globals.

const wptRun = (({ url, files, timeout, mark, relativeRequests }) => {
  const { log } = console;
  const { stringify } = JSON;
  const { setTimeout, clearTimeout } = globalThis;
  const { fetch: nativeFetch, Request: NativeRequest } = globalThis;
  const define = (name, value) =>
    Object.defineProperty(globalThis, name, { value, writable: true, enumerable: false, configurable: true });

  const send = (record) => log(mark + stringify(record));
  const messageOf = (value) => (value == null ? undefined : String(value).slice(0, 600));
  const path = url.replace(/^\w+:\/\/[^/]+/, "").replace(/[?#].*/, "");

  const [, protocol, host, search] = /^(\w+:)\/\/([^/]+)[^?]*(\?.*)?$/.exec(url);
  const isRelative = (value) => typeof value === "string" && !/^[a-z][a-z0-9+.-]*:|^\/\//i.test(value);

  // Not URL: that is one of the things under test.
  const absolute = (reference) => {
    const [, plain, rest] = /^([^?#]*)(.*)$/s.exec(reference);
    const joined = plain === "" ? path : plain.startsWith("/") ? plain : path.replace(/[^/]*$/, "") + plain;
    const kept = [];
    for (const part of joined.slice(1).split("/")) {
      if (part === "..") kept.pop();
      else if (part !== ".") kept.push(part);
    }
    return `${protocol}//${host}/${kept.join("/")}${rest}`;
  };

  const responseOf = ({ text, base64 }) => {
    const bytes = base64 === undefined ? undefined : Uint8Array.fromBase64(base64);
    if (typeof Response === "function") return new Response(text ?? bytes);
    const body = { text: async () => text, json: async () => JSON.parse(text), arrayBuffer: async () => bytes.buffer };
    return { ok: true, status: 200, ...body };
  };

  const fetchFile = async (...args) => {
    if (!isRelative(args[0])) return nativeFetch(...args);
    const target = absolute(args[0]);
    const file = files[target.slice(`${protocol}//${host}`.length).replace(/[?#].*/, "")];
    if (file === undefined) return nativeFetch(target, ...args.slice(1));
    if (NativeRequest !== undefined) new NativeRequest(target, ...args.slice(1)).signal.throwIfAborted();
    return responseOf(file);
  };

  // Without a page a relative address has no base. Tests of requests write "" where the address does not matter.
  const withBase = {
    construct: (target, [input, ...rest], newTarget) =>
      Reflect.construct(target, [isRelative(input) ? absolute(input) : input, ...rest], newTarget),
  };

  if (globalThis.self === undefined) define("self", globalThis);
  if (globalThis.location === undefined) {
    define("location", {
      href: url, origin: `${protocol}//${host}`, protocol, host, hostname: host, port: "", pathname: path,
      search: search ?? "", hash: "", toString: () => url,
    });
  }
  define("GLOBAL", { isWindow: () => false, isWorker: () => true, isShadowRealm: () => false });
  if (relativeRequests || Object.keys(files).length > 0) define("fetch", fetchFile);
  if (relativeRequests && typeof Request === "function") define("Request", new Proxy(Request, withBase));

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
