// Checked against Node 26.
export default async () => {
  const log = [];
  const controller = new AbortController();
  const { signal } = controller;
  signal.addEventListener("abort", (event) => log.push(["abort", event.isTrusted, signal.reason]));
  signal.onabort = () => log.push("onabort");
  signal.throwIfAborted();
  controller.abort("first");
  controller.abort("second");
  log.push([signal.aborted, signal.reason, controller.signal === signal]);
  const plain = AbortSignal.abort();
  log.push([plain.reason.name, plain.reason instanceof DOMException, plain.reason.code]);
  try { plain.throwIfAborted(); } catch (error) { log.push(error === plain.reason); }
  const late = AbortSignal.timeout(5);
  const reason = await new Promise((resolve) => late.addEventListener("abort", () => resolve(late.reason)));
  log.push([reason.name, reason instanceof DOMException]);
  return log;
};
