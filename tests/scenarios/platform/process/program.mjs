// SPDX-License-Identifier: Apache-2.0
import imported, { nextTick } from "node:process";

export default async function () {
  const order = [];
  process.env.NUMBER = 1;
  const start = process.hrtime.bigint();
  await new Promise((resolve) => {
    setTimeout(() => order.push("timer"), 0);
    setImmediate(() => { order.push("immediate"); setTimeout(resolve, 5); });
    Promise.resolve().then(() => order.push("promise"));
    nextTick((...values) => order.push("tick", ...values), 1, 2);
    nextTick(() => order.push("second tick"));
    order.push("now");
  });
  process.once("custom", (value) => order.push(value));
  process.emit("custom", "event");
  return {
    order: order.filter((each) => each !== "timer"), same: process === imported, env: [typeof process.env.NUMBER, process.env.MISSING ?? null, { ...process.env }],
    kind: [process.platform, process.arch, /^v\d+\.\d+\.\d+$/.test(process.version), process.versions.node === process.version.slice(1), process.cwd(), process.argv],
    time: [process.hrtime.bigint() > start, process.hrtime([0, 0]).length, typeof process.uptime()], tag: Object.prototype.toString.call(process),
    written: process.stdout.write("to the log\n"),
  };
}
