export default async () => {
  const failures = [];
  for (const name of ["text", "json", "arrayBuffer", "bytes", "blob", "formData"]) {
    const response = new Response('"a"', { headers: { "content-type": "application/x-www-form-urlencoded" } });
    const unused = response.bodyUsed;
    const first = response[name]();
    const used = response.bodyUsed;
    await first;
    const second = await response[name]().then(() => "read twice", (error) => error.name);
    failures.push([name, unused, used, second, response.body.locked]);
  }
  const empty = new Response(null);
  await empty.text();
  const locked = new Response("x");
  locked.body.getReader();
  const cancelled = new Response("x");
  await cancelled.body.cancel();
  return {
    failures,
    nothing: [empty.bodyUsed, await empty.text(), empty.body],
    locked: [locked.bodyUsed, await locked.text().catch((error) => error.name)],
    cancelled: [cancelled.bodyUsed, await cancelled.text().catch((error) => error.name)],
    message: await (async () => { const twice = new Response("x"); await twice.text(); return twice.text(); })().catch((error) => typeof error.message),
  };
};
