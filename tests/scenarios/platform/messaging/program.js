// Checked against Node 26, whose message events are not trusted.
export default async () => {
  const log = [];
  const { port1, port2 } = new MessageChannel();
  port1.postMessage("before anybody listens");
  port1.postMessage({ map: new Map([[1, new Date(0)]]), self: null });
  const received = new Promise((resolve) => {
    port2.onmessage = ({ data, ports, isTrusted, target }) => {
      log.push([typeof data === "string" ? data : data.map?.get(1)?.toISOString() ?? "bytes", ports.length, isTrusted, target === port2]);
      if (ports.length > 0) resolve([data, ports[0]]);
    };
  });
  queueMicrotask(() => log.push("a microtask comes first"));
  const inner = new MessageChannel();
  const bytes = new Uint8Array([1, 2, 3]);
  inner.port1.postMessage("waits for the new owner");
  port1.postMessage({ bytes, port: inner.port2 }, [inner.port2, bytes.buffer]);
  log.push(["moved", bytes.length]);
  const [data, port] = await received;
  log.push([[...data.bytes], data.port === port, port instanceof MessagePort]);
  log.push(await new Promise((resolve) => port.addEventListener("message", (event) => resolve(event.data)) ?? port.start()));
  inner.port1.onmessage = (event) => { log.push(event.data); inner.port1.close(); };
  const closed = new Promise((resolve) => port.addEventListener("close", () => resolve("closed")));
  port.postMessage("back");
  log.push(await closed);
  for (const [name, action] of Object.entries({
    uncloneable: () => port1.postMessage(() => {}),
    notTransferred: () => port1.postMessage(port2),
    itself: () => port1.postMessage(null, [port1]),
    twice: () => port1.postMessage(null, [port2, port2]),
    detached: () => port1.postMessage(null, [bytes.buffer]),
  })) {
    try {
      action();
      log.push([name, "accepted"]);
    } catch (error) {
      log.push([name, error.name, error instanceof DOMException]);
    }
  }
  port1.close();
  return log;
};
