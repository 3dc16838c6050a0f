const type = (boundary) => `multipart/form-data; boundary=${boundary}`;
const mark = "boundary-of-a-usual-length-0123";
const parse = (text, boundary = mark) => new Response(text, { headers: { "content-type": type(boundary) } }).formData()
  .then((form) => [...form].length, (error) => error.name);
const part = (headers, body) => `--${mark}\r\n${headers}\r\n\r\n${body}\r\n`;
const good = 'Content-Disposition: form-data; name="a"';
export default async () => ({
  nothing: await parse(""),
  noise: await parse("no boundary at all"),
  cutInHeaders: await parse(`--${mark}\r\nContent-Disposition: form-data; na`),
  cutInBody: await parse(`--${mark}\r\n${good}\r\n\r\nvalue`),
  cutBeforeEnd: await parse(part(good, "value") + `--${mark}`),
  noName: await parse(part("Content-Disposition: form-data", "x") + `--${mark}--`),
  noDisposition: await parse(part("Content-Type: text/plain", "x") + `--${mark}--`),
  wrongDisposition: await parse(part('Content-Disposition: attachment; name="a"', "x") + `--${mark}--`),
  noColon: await parse(part("garbage", "x") + `--${mark}--`),
  bareLineFeeds: await parse(`--${mark}\n${good}\n\nx\n--${mark}--\n`),
  noBoundary: await new Response("x", { headers: { "content-type": "multipart/form-data" } }).formData().catch((error) => error.name),
  longHeader: await parse(part(`X: ${"y".repeat(100_000)}\r\n${good}`, "x") + `--${mark}--`).then((outcome) => outcome === "TypeError" || outcome === 1),
  manyParts: await parse(part(good, "").repeat(2000) + `--${mark}--\r\n`),
  returnsOnly: await parse("\r".repeat(200_000)),
  almostBoundaries: await parse(`--${mark}\r\n${good}\r\n\r\n` + `\r\n--${mark.slice(0, -1)}`.repeat(3000) + `\r\n--${mark}--\r\n`),
  manyParameters: await parse(part(`Content-Disposition: form-data${'; x="y'.repeat(2000)}`, "x") + `--${mark}--`),
  prototype: await (async () => {
    const form = await new Response(part('Content-Disposition: form-data; name="__proto__"', "x") + `--${mark}--\r\n`, { headers: { "content-type": type(mark) } }).formData();
    return [form.get("__proto__"), Object.getPrototypeOf(form) === FormData.prototype];
  })(),
});
