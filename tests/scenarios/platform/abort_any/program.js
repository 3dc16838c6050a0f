// A timeout keeps a program waiting only while somebody listens for it, be it through another signal.
export default async (which) => {
  const log = [];
  const controller = new AbortController();
  const any = AbortSignal.any([controller.signal, AbortSignal.timeout(10), AbortSignal.any([new AbortController().signal])]);
  if (which === "listened") {
    await new Promise((resolve) => any.addEventListener("abort", resolve));
    return [any.reason.name, any.aborted, controller.signal.aborted];
  }
  if (which === "aborted") {
    any.onabort = () => log.push("any", controller.signal.aborted);
    controller.signal.onabort = () => log.push("own", any.aborted, any.reason);
    controller.abort(7);
    return log;
  }
  AbortSignal.timeout(3_600_000);
  await new Promise(() => {});
};
