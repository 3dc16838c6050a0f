// SPDX-License-Identifier: Apache-2.0
#include "guest/guest_process.h"

#include <unistd.h>

#include <csignal>

#include "guest/failure.h"
#include "guest/globals.h"
#include "guest/kernel_limits.h"
#include "guest/program.h"
#include "guest/serve_loop.h"
#include "seal/probes.h"
#include "seal/seccomp_filter.h"

namespace mayfly::guest {
namespace {

constexpr int kExitCpuReported = 88;

v8::Isolate* reportedIsolate = nullptr;  // for the signal handler, which gets no argument

// Runs at V8's next stack check, outside any signal handler.
void reportCpuLimit(v8::Isolate* isolate, void* data) {
  (void)data;
  v8::HandleScope scope(isolate);
  wire::Failure failure = plainFailure(ErrorCode::kCpu, "");
  failure.frames = describeStack(isolate, v8::StackTrace::CurrentStackTrace(isolate, wire::kMaxFrames));
  DaemonChannel* channel = stateOf(isolate).channel;
  if (channel != nullptr) channel->send(wire::FrameType::kFailure, wire::encodeFailure(failure));
  ::_exit(kExitCpuReported);
}

// What a model writes, in small: parsing, types, collections, text, dates, errors, promises, logs, a result.
constexpr char kRehearsal[] = R"js(
async (input) => {
  class Row {
    #secret = 1;
    constructor(id, amount) { this.id = id; this.amount = amount; }
    get total() { return this.amount * this.#secret; }
  }
  const rows = "a,1\nb,2\nc,3".split("\n").map((line) => { const [id, n] = line.split(","); return new Row(id, Number(n)); });
  const byId = new Map(rows.map((row) => [row.id, row]));
  const seen = new Set(byId.keys());
  const { n = 2, ...rest } = input ?? {};
  console.log("rows", rows.length, { n, rest, seen: [...seen] });
  console.warn(byId);
  try { null.x; } catch (error) { console.error(error.message, error.stack.length); }
  await new Promise((resolve) => setTimeout(resolve, 0));
  const parts = await Promise.all(rows.map(async (row) => row.total * n));
  const text = JSON.stringify({ parts, at: new Date(0).toISOString(), re: /b(\d+)/u.exec("ab12c")?.[1] });
  const back = JSON.parse(text);
  const sorted = [...back.parts].sort((a, b) => b - a);
  for (const [key, value] of Object.entries(back)) if (key === "none") console.info(value);
  const bytes = new TextEncoder().encode(text);
  return { sum: sorted.reduce((a, b) => a + b, 0), size: new Uint8Array(bytes).length, copy: structuredClone(back), name: `${n}`.padStart(3, "0") };
}
)js";

constexpr char kModuleRehearsal[] = R"js(
const rows = [1, 2, 3];
export default async function main(input) { return rows.map((row) => row * input.n); }
)js";

void runToNowhere(Engine& engine, v8::Local<v8::Context> context, const char* source) {
  v8::HandleScope scope(engine.isolate());
  DaemonChannel nowhere(-1);
  wire::Job job;
  job.modules.push_back({.name = "rehearsal.js", .kind = wire::ModuleKind::kJavaScript, .source = source});
  job.inputJson = R"({"n":3,"more":[1,2]})";
  job.outputBytes = job.logBytes = 1U << 20U;
  Program(engine, context, nowhere, job).run();
  engine.resetState();
}

// Parts of V8 and ICU that are set up on first use and are expensive then: a guest should find them ready.
constexpr char kFirstUses[] = R"js(
export default async function () {
  const url = new URL("/a?b=c", "https://example.org");
  url.searchParams.append("d", "e f");
  const request = new Request(url, { method: "POST", headers: { "x-a": "b" }, body: '{"a":1}' });
  const response = new Response(await request.text(), { headers: request.headers });
  const read = await new Response(new Blob([await response.bytes()]).stream()).json();
  const heard = [];
  const target = new EventTarget();
  target.addEventListener("a", (event) => heard.push(event.type), { signal: new AbortController().signal });
  target.dispatchEvent(new Event("a"));
  const name = new TextDecoder().decode(new TextEncoder().encode(`${crypto.randomUUID()}${btoa(String(read.a))}`));
  const digest = await crypto.subtle.digest("SHA-256", new Uint8Array(8));
  const date = new Date(0);
  const texts = [
    new Intl.NumberFormat("en-US", { style: "currency", currency: "EUR" }).format(1234.5),
    new Intl.DateTimeFormat("en-GB", { dateStyle: "medium" }).format(date),
    (1234.5).toLocaleString(), date.toLocaleDateString("en-US"), date.toString(),
    ["b", "a"].sort(new Intl.Collator("de").compare).join(), "\u00e9".normalize("NFD"), "a".localeCompare("b"),
    "x1y2".replace(/\p{L}(?<n>\d)/gu, "$<n>"), "ISTANBUL".toLocaleLowerCase("tr"),
  ];
  const sums = new Float64Array(64).map((_, i) => i).reduce((a, b) => a + b, 0);
  const big = (2n ** 64n).toString();
  const weak = new WeakMap([[date, 1]]).get(date);
  try { JSON.parse("{"); } catch (error) { texts.push(error.stack); }
  return [name.length, digest.byteLength, heard.length, texts.length, sums, big, weak, structuredClone(new Map([[1, new Set([2])]])).size];
}
)js";

}  // namespace

void warmFirstUses(Engine& engine, v8::Local<v8::Context> context) { runToNowhere(engine, context, kFirstUses); }

void installCpuReporter(Engine& engine) {
  reportedIsolate = engine.isolate();
  struct sigaction action{};
  // SAFETY: RequestInterrupt is not async-signal-safe. If it goes wrong the guest dies of it, a few milliseconds before
  // SIGKILL would have come anyway; the daemon decides by the measured CPU time, not by the way it died.
  action.sa_handler = [](int) { reportedIsolate->RequestInterrupt(reportCpuLimit, nullptr); };
  action.sa_flags = SA_RESTART;
  ::sigaction(kCpuSignal, &action, nullptr);
}

void rehearse(Engine& engine, v8::Local<v8::Context> context) {
  runToNowhere(engine, context, kModuleRehearsal);
  runToNowhere(engine, context, kRehearsal);
}

void runJob(Engine& engine, GuestContexts& contexts, DaemonChannel& channel) {
  wire::Job job = channel.receiveJob();
  v8::Local<v8::Context> context = contexts.job.Get(engine.isolate());
  if (job.serve) return ServeLoop(engine, context, channel, job).run();
  Program program(engine, context, channel, job);
  program.run();
  if (program.succeeded() && job.waits) channel.awaitEnd();
}

void runGuest(Engine& engine, GuestContexts& contexts, int socket, const wire::ControlMessage& request,
              uint64_t baselineBytes, seal::GuestFilter& filter, GuestBody body) {
  if ((request.forkFlags & wire::kForkFloor) != 0) ::_exit(0);
  v8::Isolate* isolate = engine.isolate();
  forbidProcesses();
  limitMemory(baselineBytes, request.limits.memoryBytes);
  limitHeap(isolate, request.limits.memoryBytes);
  engine.allocator().setBudget(request.limits.memoryBytes);
  v8::HandleScope scope(isolate);
  if ((request.forkFlags & wire::kForkSpare) != 0) rehearse(engine, contexts.rehearsal.Get(isolate));
  // Last of all: the CPU limit counts from here, and the filter takes away the calls that set it.
  limitCpu(request.limits.cpuNanos);
  MAYFLY_CHECK(filter.enter().ok());  // SAFETY: no guest code ever runs without it
  if ((request.forkFlags & wire::kForkProbe) != 0) ::_exit(seal::makeForbiddenCall(request.probe));
  DaemonChannel channel(socket);
  if ((request.forkFlags & wire::kForkSpare) != 0) channel.send(wire::FrameType::kSpareReady, {});
  body(engine, contexts, channel);
  ::_exit(0);
}

}  // namespace mayfly::guest
