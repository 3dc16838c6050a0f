const kind = (run) => { try { run(); return "ok"; } catch (error) { return error.name; } };
const made = (init, url = "http://a.example/") => kind(() => new Request(url, init));
export default async () => {
  const stream = () => new ReadableStream({ start: (controller) => controller.close() });
  const read = new Request("http://a.example/", { method: "POST", body: "x" });
  await read.text();
  const order = [];
  const members = ["window", "signal", "referrerPolicy", "referrer", "redirect", "mode", "method", "keepalive", "integrity", "headers",
    "duplex", "credentials", "cache", "body"];
  const init = {};
  for (const name of members) Object.defineProperty(init, name, { get: () => { order.push(name); } });
  new Request("http://a.example/", init);
  return {
    urls: ["", "/x", "http://", "http://u:p@a.example/", "http://a.example/"].map((url) => made({}, url)),
    methods: ["CONNECT", "trace", "Track", "a b", "", "GET\n"].map((method) => made({ method })),
    body: [made({ body: "x" }), made({ method: "HEAD", body: "x" }), made({ method: "POST", body: "" })],
    stream: [made({ method: "POST", body: stream() }), made({ method: "POST", body: stream(), duplex: "half" }),
      made({ method: "POST", body: stream(), duplex: "full" }), made({ method: "POST", body: stream(), duplex: "half", keepalive: true })],
    enums: [{ mode: "navigate" }, { mode: "x" }, { credentials: "x" }, { cache: "x" }, { redirect: "x" }, { referrerPolicy: "x" }].map((init) => made(init)),
    cached: [made({ cache: "only-if-cached" }), made({ cache: "only-if-cached", mode: "same-origin" })],
    window: [made({ window: null }), made({ window: 1 })],
    signal: [made({ signal: null }), made({ signal: {} }), made({ signal: 1 })],
    used: [kind(() => new Request(read)), kind(() => read.clone()), kind(() => new Request(read, { body: "new" }))],
    order,
  };
};
