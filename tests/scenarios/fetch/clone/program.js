export default async () => {
  const response = new Response("shared", { status: 203, headers: { a: "1" } });
  const copy = response.clone();
  copy.headers.set("a", "2");
  const stream = new Response(new ReadableStream({ pull(controller) { controller.enqueue(new Uint8Array([65])); controller.close(); } }));
  const branch = stream.clone();
  const held = new Response("held");
  const before = held.body;
  const after = held.clone();
  const used = new Response("x");
  await used.text();
  const request = new Request("http://a.example/", { method: "POST", body: "q", headers: { h: "1" } });
  const twin = request.clone();
  const bytes = new Response(new Uint8Array([1, 2]));
  const bytesTwin = bytes.clone();
  (await bytes.bytes()).fill(7);
  return {
    both: [await response.text(), await copy.text(), copy.status, response.headers.get("a"), copy.headers.get("a")],
    streams: [await branch.text(), await stream.text()],
    held: [before.locked, before === held.body, await held.text(), await after.text()],
    used: (() => { try { used.clone(); } catch (error) { return error.name; } })(),
    request: [await twin.text(), await request.text(), twin.headers.get("h"), twin.method],
    bytes: [...await bytesTwin.bytes()],
    redirect: (() => { try { Response.redirect("http://a.example/").clone().headers.set("a", "b"); } catch (error) { return error.name; } })(),
    nothing: new Response(null).clone().body,
  };
};
