export default async () => {
  const form = new FormData();
  form.append('na"me\r\n', "line\nbreak\rs\r\n");
  form.append("file", new File(["\u0000\r\n--x\u00ff"], 'q"uo\nte.bin', { type: "application/x-y" }));
  form.append("\u20ac", "\u{1f600}");
  form.append("empty", new Blob([]));
  const response = new Response(form);
  const type = response.headers.get("content-type");
  const boundary = /^multipart\/form-data; ?boundary=([\w-]+)$/.exec(type)[1];
  const text = (await response.clone().text()).replaceAll(boundary, "B");
  const back = await response.formData();
  const entries = [];
  for (const [name, value] of back) entries.push(typeof value === "string" ? [name, value] : [name, value.name, value.type, await value.text()]);
  const by = (lines, header = "multipart/form-data; boundary=simple-boundary-of-enough-length") =>
    new Response(lines.join("\r\n"), { headers: { "content-type": header } }).formData().then((parsed) => [...parsed], (error) => error.name);
  const mark = "--simple-boundary-of-enough-length";
  return {
    boundaryLength: boundary.length >= 16,
    text,
    entries,
    quoted: await by([mark, 'content-disposition: form-data; name="a"', "", "1", `${mark}--`, ""], 'multipart/form-data; boundary="simple-boundary-of-enough-length"'),
    twoValues: await by([mark, 'Content-Disposition: form-data; name="a"', "X-Other: y", "", "1", mark, 'Content-Disposition: form-data; name="a"', "", "", `${mark}--`, ""]),
    empty: await by([`${mark}--`, ""]),
    percent: await by([mark, 'Content-Disposition: form-data; name="%22%0D%0A%41"', "", "1", `${mark}--`, ""]),
  };
};
