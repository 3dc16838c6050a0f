// SPDX-License-Identifier: Apache-2.0
// node:perf_hooks: the performance API of the group scope, as far as it exists.
const names = [
  "performance", "Performance", "PerformanceEntry", "PerformanceMark", "PerformanceMeasure", "PerformanceObserver",
  "PerformanceObserverEntryList", "PerformanceResourceTiming",
];
const members: Record<string, unknown> = {};
for (const name of names) {
  if (!(name in globalThis)) continue;
  Object.defineProperty(members, name, { get: () => (globalThis as any)[name], enumerable: true, configurable: true });
}
for (const name of ["monitorEventLoopDelay", "createHistogram", "eventLoopUtilization", "timerify"]) {
  members[name] = () => {
    throw new Error(`perf_hooks.${name} is not available in the sandbox`);
  };
}
module.exports = members;
