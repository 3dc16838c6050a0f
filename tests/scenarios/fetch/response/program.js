const facts = async (response) => ({
  status: response.status, text: response.statusText, ok: response.ok, type: response.type, url: response.url,
  redirected: response.redirected, headers: [...response.headers], body: await response.text(),
});
export default async () => ({
  plain: await facts(new Response()),
  full: await facts(new Response("hé", { status: 418, statusText: "I am", headers: { "X-A": "1" } })),
  typed: await facts(new Response("{}", { headers: { "content-type": "application/json" } })),
  json: await facts(Response.json({ a: [1, null], b: undefined }, { status: 201 })),
  redirect: await facts(Response.redirect("http://a.example/b c", 307)),
  error: await facts(Response.error()),
  empty: await facts(new Response(null, { status: 204 })),
  number: await facts(new Response(42)),
  object: await facts(new Response({})),
  wrapped: await facts(new Response("x", { status: 65736 })),
  same: await facts(new Response("again", new Response("first", { status: 202, headers: { a: "b" } }))),
  mark: await new Response("\ufeffabc").text(),
  lone: await new Response("a\ud800b").text(),
  parsed: await new Response('\ufeff{"a":1}').json(),
  shape: [Response.name, Response.length, Object.keys(Response.prototype).sort(), Object.keys(Response).sort(), String(new Response())],
});
