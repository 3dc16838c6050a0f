// SPDX-License-Identifier: Apache-2.0
import timers, { setTimeout as plain } from "node:timers";
import { scheduler, setImmediate as soon, setInterval as every, setTimeout as wait } from "node:timers/promises";
import { promisify } from "node:util";

export default async function () {
  const seen = [await wait(1, "waited"), await soon("soon"), await scheduler.wait(1) ?? null];
  for await (const value of every(1, "tick")) if (seen.push(value) === 5) break;
  await new Promise((resolve) => plain(resolve, 1));
  await new Promise((resolve) => timers.setImmediate((a, b) => resolve(seen.push(a + b)), 1, 2));
  const cancelled = timers.setImmediate(() => seen.push("never"));
  timers.clearImmediate(cancelled);
  seen.push(await promisify(setTimeout)(1, "promisified"), await promisify(timers.setImmediate)("immediately"), timers.promises.setTimeout === wait);
  seen.push(await wait("x").catch((error) => [error.name, error.code, error.message]));
  return seen;
}
