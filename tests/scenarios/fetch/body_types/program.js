const buffer = new Uint8Array([104, 105, 33, 33]);
export default async () => {
  const bodies = {
    string: "hi", buffer: buffer.buffer, view: buffer.subarray(0, 2), words: new Uint16Array([26984]), dataView: new DataView(buffer.buffer, 0, 2),
    blob: new Blob(["hi"], { type: "Text/Plain" }), bare: new Blob(["hi"]), query: new URLSearchParams({ a: "b c", d: "&" }), url: new URL("http://a.example/"),
  };
  const result = {};
  for (const [name, body] of Object.entries(bodies)) {
    const request = new Request("http://a.example/", { method: "POST", body });
    result[name] = [request.headers.get("content-type"), await request.text()];
  }
  const owned = new Uint8Array([1, 2, 3]);
  const kept = new Response(owned);
  owned.fill(9);
  const typed = new Response("x", { headers: { "content-type": "TEXT/HTML; Charset=\"a b\"; x=y" } });
  return {
    ...result,
    copied: [...await kept.bytes()],
    array: [...new Uint8Array(await new Response("\u20ac").arrayBuffer())],
    blobType: (await typed.blob()).type,
    noType: (await new Response(buffer).blob()).type,
    twoTypes: (await new Response("x", { headers: [["content-type", "text/plain;charset=utf-8"], ["content-type", "text/plain;a=b"]] }).blob()).type,
    marks: [...await new Response("\ufeffa=\ufeff", { headers: { "content-type": "application/x-www-form-urlencoded" } }).formData()],
    form: [...await new Response("a=b+c&a=%E2%82%AC&d", { headers: { "content-type": "application/x-www-form-urlencoded" } }).formData()],
  };
};
