const of = (...chunks) => new ReadableStream({ start(controller) { for (const chunk of chunks) controller.enqueue(chunk); controller.close(); } });
const bytes = (text) => new TextEncoder().encode(text);
export default async () => {
  const response = new Response("streamed");
  const reader = response.body.getReader({ mode: "byob" });
  const { value, done } = await reader.read(new Uint8Array(4));
  reader.releaseLock();
  const rest = [];
  for await (const chunk of response.body) rest.push(new TextDecoder().decode(chunk));
  const given = of(bytes("ab"), bytes("\u20ac").slice(0, 1), bytes("\u20ac").slice(1), new Uint8Array(0));
  const wrapped = new Response(given);
  const failing = new Response(new ReadableStream({ pull() { throw new RangeError("source"); } }));
  const untouched = new Response("later");
  const { body } = untouched;
  return {
    byob: [new TextDecoder().decode(value), done, rest],
    same: [wrapped.body === given, await wrapped.text(), wrapped.headers.get("content-type"), given.locked],
    strings: await new Response(of("text")).text().catch((error) => error.name),
    error: await failing.text().catch((error) => [error.name, error.message]),
    read: await (async () => { const stream = of(bytes("a")); await stream.getReader().read(); try { new Response(stream); } catch (error) { return error.name; } })(),
    locked: (() => { const stream = of(bytes("a")); stream.getReader(); try { new Response(stream); } catch (error) { return error.name; } })(),
    later: [body === untouched.body, await untouched.text(), untouched.bodyUsed, body.locked],
    piped: await new Response(new Response("up").body.pipeThrough(new TransformStream({
      transform: (chunk, controller) => controller.enqueue(bytes(new TextDecoder().decode(chunk).toUpperCase())),
    }))).text(),
    empty: await (async () => { const { value, done } = await new Response("").body.getReader().read(); return [value === undefined, done]; })(),
    from: await new Response(ReadableStream.from([bytes("x"), bytes("y")])).text(),
  };
};
