const failure = (run) => { try { run(); return "made"; } catch (error) { return error.name; } };
export default async () => {
  const [client, server] = Object.values(new WebSocketPair());
  const events = [];
  const closed = Promise.withResolvers();
  const early = [failure(() => server.send("too early")), failure(() => server.close())];
  server.accept();
  server.send("kept until it accepts");
  client.addEventListener("message", ({ data }) => events.push(data));
  client.onclose = ({ code, reason, wasClean }) => { events.push([code, reason, wasClean]); closed.resolve(); };
  server.addEventListener("message", ({ data }) => {
    events.push(data instanceof ArrayBuffer ? [...new Uint8Array(data)] : data);
    if (data === "enough") server.close(3000, "thanks");
  });
  client.accept();
  client.accept();
  client.send(new Uint8Array([1, 2, 3]).subarray(1));
  client.send("enough");
  await closed.promise;
  await scheduler.yield();
  const other = new WebSocketPair();
  return {
    early, events, states: [client.readyState, server.readyState],
    isSocket: [client instanceof WebSocket, client.binaryType, Object.keys(other)],
    after: failure(() => client.send("dropped")),
    codes: [999, 1005, 1006, 5000].map((code) => failure(() => server.close(code))),
    reason: failure(() => server.close(1000, "x".repeat(124))),
    response: [
      new Response(null, { status: 101, webSocket: other[0] }).webSocket === other[0],
      failure(() => new Response(null, { status: 101 })),
      failure(() => new Response(null, { webSocket: other[0] })),
      failure(() => new Response("body", { status: 101, webSocket: other[0] })),
      failure(() => new Response(null, { status: 101, webSocket: {} })),
      failure(() => new Response(null, { status: 101, webSocket: other[0] }).clone()),
      new Response().webSocket,
    ],
    foreign: [failure(() => WebSocket.prototype.accept.call({})), failure(() => WebSocketPair())],
  };
};
