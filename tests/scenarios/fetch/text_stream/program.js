const read = async (stream) => { let text = ""; for await (const chunk of stream) text += chunk; return text; };
export default async () => {
  const bytes = new TextEncoder().encode("\ufeffa\u20acb");
  const split = new ReadableStream({ start(controller) { for (const byte of bytes) controller.enqueue(new Uint8Array([byte])); controller.close(); } });
  const used = new Response("x");
  const stream = used.textStream();
  return [
    await read(new Response(split).textStream()), await read(new Request("http://a.example/", { method: "POST", body: "q" }).textStream()),
    await read(new Blob(["b", bytes]).textStream()), await read(new Response(null).textStream()),
    used.bodyUsed, used.body.locked, (() => { try { used.textStream(); } catch (error) { return error.name; } })(), await read(stream),
  ];
};
