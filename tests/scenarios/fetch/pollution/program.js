// What a program puts on prototypes changes its own objects, and neither bodies nor headers.
Object.defineProperty(Object.prototype, "type", { get: () => "polluted/type", configurable: true });
Object.defineProperty(Object.prototype, "start", { get: () => { throw new Error("start"); }, configurable: true });
Object.prototype.headers = undefined;
Array.prototype.push = () => { throw new Error("push"); };
ReadableStream.prototype.getReader = () => { throw new Error("getReader"); };
URLSearchParams.prototype.toString = () => "patched";
TextEncoder.prototype.encode = () => { throw new Error("encode"); };
TextDecoder.prototype.decode = () => { throw new Error("decode"); };
JSON.parse = () => "patched";
const done = async () => {
  const form = new FormData();
  form.append("a", "b");
  const response = new Response("text");
  const { body } = response;
  return [
    await response.text(), body.locked, await new Response('{"a":1}').json(), await new Response(new URLSearchParams("q=1")).text(),
    (await new Response(form).formData()).get("a"), await new Blob(["x"]).text(), new Headers([["a", "b"]]).get("a"), new Response("x").headers.get("content-type"),
  ];
};
export default async () => {
  const list = await done();
  delete Object.prototype.type;
  delete Object.prototype.start;
  delete Object.prototype.headers;
  return list;
};
