export default async () => {
  const log = [];
  const observer = new PerformanceObserver((list, self, { droppedEntriesCount }) => {
    log.push(["observed", list.getEntries().map((entry) => `${entry.entryType} ${entry.name}`), self === observer, droppedEntriesCount]);
  });
  observer.observe({ entryTypes: ["mark", "measure"] });
  const start = performance.now();
  for (let i = 0; i < 1e6; i++);
  log.push(["stands still while computing", performance.now() === start, start > 0]);
  performance.mark("a", { detail: { n: [1] } });
  await new Promise((resolve) => setTimeout(resolve, 5));
  const measure = performance.measure("from a", "a");
  log.push(["moves when a timer fires", measure.duration >= 5, performance.now() > start, measure.startTime >= start]);
  log.push(["as Date does", Date.now() === performance.timeOrigin + performance.now()]);
  performance.measure("given", { start: 10, duration: 5, detail: "d" });
  log.push(performance.getEntriesByName("given").map((entry) => [entry.startTime, entry.duration, entry.detail, entry instanceof PerformanceMeasure]));
  log.push([performance.getEntriesByType("mark")[0].detail.n[0], performance.getEntries().length]);
  for (const action of [() => performance.measure("m", "no such"), () => performance.mark("x", { startTime: -1 }), () => new PerformanceEntry(),
    () => performance.measure("m", { start: 1, end: 2, duration: 3 })]) {
    try {
      action();
    } catch (error) {
      log.push(error.name);
    }
  }
  performance.clearMarks("a");
  performance.clearMeasures();
  log.push([performance.getEntries().length, Object.keys(performance.toJSON()), PerformanceObserver.supportedEntryTypes]);
  await new Promise((resolve) => setTimeout(resolve, 1));
  return log;
};
