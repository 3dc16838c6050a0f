export default async () => {
  const log = [];
  const controller = new AbortController();
  const tasks = [
    scheduler.postTask(() => log.push("background"), { priority: "background" }),
    scheduler.postTask(() => log.push("visible")),
    scheduler.postTask(() => log.push("blocking"), { priority: "user-blocking" }),
    scheduler.postTask(() => log.push("never"), { signal: controller.signal }).catch((error) => log.push(error)),
    scheduler.postTask(() => { throw new RangeError("of a task"); }).catch((error) => log.push(error.message)),
  ];
  controller.abort("aborted");
  await Promise.all(tasks);
  const before = Date.now();
  await scheduler.wait(5);
  log.push(Date.now() - before >= 5, await scheduler.yield());
  log.push(await scheduler.wait(60_000, { signal: AbortSignal.timeout(1) }).catch((error) => error.name));
  log.push(await scheduler.postTask(() => 42, { delay: 2 }), await scheduler.postTask(1).catch((error) => error.name));
  return log;
};
