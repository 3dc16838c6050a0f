// SPDX-License-Identifier: Apache-2.0
import diagnostics, { channel, tracingChannel } from "node:diagnostics_channel";

export default async function () {
  const seen = [];
  const orders = channel("orders");
  seen.push(orders.hasSubscribers);
  const listen = (message, name) => seen.push([message, name]);
  diagnostics.subscribe("orders", listen);
  orders.publish({ id: 1 });
  seen.push(diagnostics.hasSubscribers("orders"), diagnostics.unsubscribe("orders", listen), orders.hasSubscribers);
  const tracing = tracingChannel("work");
  tracing.subscribe({ start: (m) => seen.push(["start", m.n]), end: (m) => seen.push(["end", m.result]), error: (m) => seen.push(["error", m.error.message]) });
  seen.push(tracing.traceSync((a, b) => a + b, { n: 1 }, null, 2, 3));
  try { tracing.traceSync(() => { throw new Error("traced"); }, { n: 2 }); } catch (error) { seen.push(error.message); }
  return seen;
}
