const kind = (run) => { try { run(); return "ok"; } catch (error) { return error.name; } };
export default async () => ({
  status: [0, 100, 101, 199, 600, "x", NaN].map((status) => kind(() => new Response("", { status }))),
  bodiless: [204, 205, 304].map((status) => kind(() => new Response("", { status }))),
  statusText: ["\n", "\u0100", "fine\u00e9"].map((statusText) => kind(() => new Response("", { statusText }))),
  init: [null, undefined, 5, "a", () => {}].map((init) => kind(() => new Response("", init))),
  headers: [null, 5, [["a"]]].map((headers) => kind(() => new Response("", { headers }))),
  symbol: kind(() => new Response(Symbol())),
  json: [undefined, () => {}, 1n, Symbol()].map((value) => kind(() => Response.json(value))),
  noJson: kind(() => Response.json()),
  redirect: [["/relative"], ["http://a.example/", 200], ["http://a.example/", 300], []].map((values) => kind(() => Response.redirect(...values))),
  badJson: await new Response("{").json().catch((error) => error.name),
  emptyJson: await new Response().json().catch((error) => error.name),
  form: await new Response("a=b").formData().catch((error) => error.name),
});
