const failure = (run) => { try { run(); return "made"; } catch (error) { return [error.name, error.code, error.message]; } };
export default () => ({
  socket: failure(() => new WebSocket("wss://a.example/", ["a", "b"])),
  http: failure(() => new WebSocket("https://a.example/"))[1],
  source: failure(() => new EventSource("https://a.example/", { withCredentials: true })),
  syntax: [["x"], ["ftp://a.example/"], ["ws://a.example/#f"], ["ws://a.example/", "a b"], ["ws://a.example/", ["a", "A"]], ["ws://a.example/", ""]]
    .map((values) => failure(() => new WebSocket(...values))[0]),
  sourceSyntax: failure(() => new EventSource("/relative"))[0],
  missing: [failure(() => new WebSocket())[0], failure(() => new EventSource())[0], failure(() => WebSocket("ws://a.example/"))[0]],
  constants: [WebSocket.CONNECTING, WebSocket.OPEN, WebSocket.CLOSING, WebSocket.prototype.CLOSED, EventSource.OPEN, EventSource.CLOSED],
  inherits: [Object.getPrototypeOf(WebSocket) === EventTarget, WebSocket.name, WebSocket.length, EventSource.length],
  foreign: failure(() => WebSocket.prototype.readyState)[0],
});
