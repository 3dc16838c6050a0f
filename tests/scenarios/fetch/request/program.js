const facts = (request) => [request.method, request.url, request.mode, request.credentials, request.cache, request.redirect,
  request.referrer, request.referrerPolicy, request.integrity, request.keepalive, request.destination, request.duplex];
export default async () => {
  const posted = new Request("http://a.example", { method: "post", body: "hi", headers: { a: "b" } });
  const derived = new Request(posted, { headers: { c: "d" }, credentials: "omit" });
  const controller = new AbortController();
  const aborting = new Request("http://a.example", { signal: controller.signal });
  const followed = new Request(aborting);
  const clone = aborting.clone();
  controller.abort("why");
  return {
    defaults: facts(new Request("HTTP://A.example:80/../b?q#f")),
    set: facts(new Request("https://a.example/", {
      method: "PATCH", mode: "same-origin", credentials: "include", cache: "no-store", redirect: "manual",
      referrer: "", referrerPolicy: "origin", integrity: "sha256-x", keepalive: true, cf: { any: "thing" },
    })),
    methods: ["get", "Head", "options", "put", "delete", "patch", "Custom"].map((method) => new Request("http://a.example", { method }).method),
    derived: [facts(derived), [...derived.headers], await derived.text(), posted.bodyUsed],
    url: new Request(new URL("http://a.example/x")).url,
    signals: [aborting, followed, clone].map(({ signal }) => [signal.aborted, signal.reason]),
    sameSignal: aborting.signal === aborting.signal,
    differentSignal: aborting.signal !== controller.signal,
    ownSignal: new Request("http://a.example").signal.aborted,
    shape: [Request.name, Request.length, String(posted), Object.getOwnPropertyDescriptor(Request.prototype, "method").set === undefined],
    withoutBody: [new Request("http://a.example").body, await new Request("http://a.example").text()],
  };
};
