// SPDX-License-Identifier: Apache-2.0
// Loading a worker, and calls of it.

#include "worker_guest.h"

#include "base/clock.h"

namespace mayfly::workers {
namespace {

using WorkerCalls = WorkerGuestTest;

std::string offers(const WorkerGuest& worker) {
  std::string text;
  for (const wire::EntrypointInfo& each : worker.loaded.value_or(wire::Loaded{}).entrypoints) {
    text += each.name + "(";
    for (const std::string& method : each.methods) text += method + ",";
    text += ") ";
  }
  return text;
}

TEST_F(WorkerCalls, OneModuleAnswersManyCalls) {
  WorkerGuest& worker = load("let calls = 0; export default (n) => ({ n, calls: ++calls });");
  EXPECT_EQ(offers(worker), "default() ");
  EXPECT_EQ(worker.call("1").result, R"({"n":1,"calls":1})");
  EXPECT_EQ(worker.call("2").result, R"({"n":2,"calls":2})");
}

TEST_F(WorkerCalls, TellsItsEntrypointsAndTheirMethods) {
  WorkerGuest& worker = load(R"js(
import { WorkerEntrypoint } from "cloudflare:workers";
class Base extends WorkerEntrypoint { shared() {} }
export class Admin extends Base { add(a, b) { return a + b; } get size() { return 1; } }
export const helper = () => 1;
export const handlers = { one() {}, two() {} };
export const number = 1;
export default { fetch() {}, run(n) { return n; }, other: 1 };
)js");
  EXPECT_EQ(offers(worker), "Admin(add,shared,) default(fetch,run,) handlers(one,two,) helper() ");
  wire::Call call = callOf({.entrypoint = "Admin", .method = "add", .argumentsJson = "[1,2]"});
  EXPECT_EQ(worker.call(call).result, "3");
  EXPECT_EQ(worker.call("7").result, "7");
  EXPECT_EQ(worker.call("7", "", "helper").result, "1");
  EXPECT_EQ(worker.call("7", "three", "handlers").problem(),
            "E_ENTRYPOINT: the handler object has no method three (it has one, two)");
  EXPECT_EQ(worker.call("7", "", "Admim").problem(),
            "E_ENTRYPOINT: the main module exports nothing called Admim; did you mean Admin? "
            "(it exports Admin, default, handlers, helper, number)");
}

TEST_F(WorkerCalls, ScriptsAndCommonJsServeAsWell) {
  EXPECT_EQ(load("async (n) => n * 2").call("4").result, "8");
  EXPECT_EQ(load("function main(n) { return n - 1; } function other() {}").call("4").result, "3");
  wire::Job job = serveJob("module.exports = { run: (n) => n + 5 };");
  job.modules[0].kind = wire::ModuleKind::kCommonJs;
  WorkerGuest& worker = load(job);
  EXPECT_EQ(offers(worker), "default(run,) run() ");
  EXPECT_EQ(worker.call("4").result, "9");
}

TEST_F(WorkerCalls, ASlowCallDoesNotHoldUpAQuickOne) {
  WorkerGuest& worker = load(R"js(
let release;
export default { async slow() { await new Promise((resolve) => { release = resolve; }); return "slow"; },
  timer: async (ms) => { await new Promise((resolve) => setTimeout(resolve, ms)); return ms; },
  quick() { return "quick"; }, free() { release(); } };
)js");
  StreamRecord& slow = worker.stream(worker.begin(callOf({.method = "slow"})));
  StreamRecord& timer = worker.stream(worker.begin(callOf({.method = "timer", .inputJson = "30"})));
  EXPECT_EQ(worker.call("", "quick").result, R"("quick")");
  EXPECT_FALSE(slow.answered());
  ASSERT_TRUE(worker.until([&] { return timer.answered(); }));
  EXPECT_EQ(timer.result, "30");
  EXPECT_FALSE(slow.answered());
  EXPECT_EQ(worker.call("", "free").result, "undefined");
  ASSERT_TRUE(worker.until([&] { return slow.answered(); }));
  EXPECT_EQ(slow.result, R"("slow")");
}

TEST_F(WorkerCalls, LogsBelongToTheirCall) {
  WorkerGuest& worker = load(R"js(
console.log("loading");
import { AsyncLocalStorage } from "node:async_hooks";
const storage = new AsyncLocalStorage();
export default (n) => storage.run(n, async () => {
  console.log("begin", n);
  for (let i = 0; i < 3; i++) await new Promise((resolve) => setTimeout(resolve, 1));
  console.warn("end", storage.getStore());
});
)js");
  uint64_t first = worker.begin(callOf({.inputJson = "1"}));
  uint64_t second = worker.begin(callOf({.inputJson = "2"}));
  ASSERT_TRUE(worker.until([&] { return worker.stream(first).answered() && worker.stream(second).answered(); }));
  EXPECT_EQ(worker.stream(0).logs, std::vector<std::string>{R"(log ["loading"])"});
  EXPECT_EQ(worker.stream(first).logs, (std::vector<std::string>{R"(log ["begin",1])", R"(warn ["end",1])"}));
  EXPECT_EQ(worker.stream(second).logs, (std::vector<std::string>{R"(log ["begin",2])", R"(warn ["end",2])"}));
}

TEST_F(WorkerCalls, EachCallHasALogBudgetOfItsOwn) {
  WorkerGuest& worker = load("export default (n) => { for (let i = 0; i < n; i++) console.log('x'.repeat(1000)); }");
  EXPECT_EQ(worker.call("100").logs.size(), 5U);
  EXPECT_EQ(worker.call("100").logs.back(), R"(warn ["[log limit reached: further output is dropped]"])");
  EXPECT_EQ(worker.call("2").logs.size(), 2U);
}

TEST_F(WorkerCalls, EachCallHasPropsAndAContextOfItsOwn) {
  WorkerGuest& worker = load(R"js(
import { WorkerEntrypoint } from "mayfly:workers";
export default class extends WorkerEntrypoint {
  calls = 0;
  run() { return [this.ctx.props, ++this.calls, this.env.KEY]; }
}
export const plain = (input, env, ctx) => ctx.props;
)js");
  wire::Call call = callOf({.propsJson = R"({"user":1})"});
  EXPECT_EQ(worker.call(call).result, R"([{"user":1},1,null])");
  EXPECT_EQ(worker.call("").result, R"([{},1,null])");
  call.entrypoint = "plain";
  EXPECT_EQ(worker.call(call).result, R"({"user":1})");
}

TEST_F(WorkerCalls, ErrorsEndACallAndNotTheWorker) {
  WorkerGuest& worker = load(R"js(
export default { 
  throws() { throw Object.assign(new RangeError("no"), { status: 7 }); },
  async rejects() { await null; throw new TypeError("later"); },
  large() { return "x".repeat(200); },
  circle() { const a = {}; a.a = a; return a; },
  stray() { setTimeout(() => { throw new Error("stray"); }, 0); Promise.reject(new Error("lost")); return 1; },
  run() { return "well"; },
};
)js");
  EXPECT_EQ(worker.call("", "throws").problem(), "E_EXCEPTION RangeError: no");
  StreamRecord& rejected = worker.call("", "rejects");
  EXPECT_EQ(rejected.problem(), "E_EXCEPTION TypeError: later");
  EXPECT_EQ(rejected.failure->frames.at(0).line, 4U);
  wire::Call large = callOf({.method = "large", .outputBytes = 100});
  EXPECT_EQ(worker.call(large).problem(), "E_OUTPUT: the result has 202 bytes of JSON; the limit outputBytes is 100");
  EXPECT_EQ(worker.call("", "circle").problem().substr(0, 19), "E_RESULT TypeError:");
  EXPECT_EQ(worker.call("", "stray").result, "1");
  auto logged = [&](const char* text) {
    for (uint64_t id = 0; id < 20; ++id) {
      for (const std::string& log : worker.stream(id).logs) {
        if (log == text) return true;
      }
    }
    return false;
  };
  EXPECT_TRUE(worker.until([&] { return logged(R"(error ["Uncaught error: Error: stray"])"); }));
  EXPECT_TRUE(worker.until([&] { return logged(R"(error ["Unhandled rejection: Error: lost"])"); }));
  EXPECT_EQ(worker.call("").result, R"("well")");
}

TEST_F(WorkerCalls, AWorkerThatCannotLoadSaysWhyAndGoes) {
  for (auto [source, code] : std::initializer_list<std::pair<const char*, ErrorCode>>{
           {"throw new Error('at the top'); export default 1", ErrorCode::kException},
           {"export default function (", ErrorCode::kSyntax},
           {"import './missing.js'; export default 1", ErrorCode::kModule},
           {"await new Promise(() => {}); export default 1", ErrorCode::kUnsettled}}) {
    WorkerGuest& worker = load(source);
    ASSERT_TRUE(worker.failure) << source;
    EXPECT_EQ(worker.failure->code, code) << source;
    EXPECT_TRUE(worker.until([&] { return worker.exit.has_value(); }));
    EXPECT_FALSE(worker.loaded);
  }
}

TEST_F(WorkerCalls, TopLevelAwaitIsAwaited) {
  WorkerGuest& worker = load("const n = await new Promise((r) => setTimeout(() => r(5), 5)); export default () => n;");
  EXPECT_EQ(worker.call("").result, "5");
}

TEST_F(WorkerCalls, TheClockMovesForwardWithCalls) {
  WorkerGuest& worker = load("export default () => Date.now();");
  double later = wallClockMillis() + 1e9;
  wire::Call call = callOf({.startMillis = later});
  EXPECT_EQ(worker.call(call).result, std::to_string(static_cast<int64_t>(later)));
  call.startMillis = 5;
  EXPECT_EQ(worker.call(call).result, std::to_string(static_cast<int64_t>(later)));
}

TEST_F(WorkerCalls, WaitUntilGoesOnAfterTheAnswer) {
  WorkerGuest& worker = load(R"js(
export default { run(input, env, ctx) {
  ctx.waitUntil(new Promise((resolve) => setTimeout(resolve, 5)).then(() => console.log("after")));
  return 1;
} };
)js");
  EXPECT_EQ(worker.call("").result, "1");
  EXPECT_TRUE(worker.until([&] { return !worker.stream(0).logs.empty(); }));
  EXPECT_EQ(worker.stream(0).logs, std::vector<std::string>{R"(log ["after"])"});
}

TEST_F(WorkerCalls, AResetCallIsForgotten) {
  WorkerGuest& worker = load(R"js(
const waiting = [];
export default { wait: () => new Promise((r) => waiting.push(r)), free: () => { waiting.forEach((r) => r(1)); return waiting.length; } };
)js");
  uint64_t reset = worker.begin(callOf({.method = "wait"}));
  worker.send(wire::FrameType::kReset, "too long", reset);
  EXPECT_EQ(worker.call("", "free").result, "1");
  EXPECT_EQ(worker.call("", "free").result, "1");
  EXPECT_FALSE(worker.stream(reset).answered());
}

TEST_F(WorkerCalls, NonsenseFromTheDaemonEndsTheGuest) {
  auto ends = [&](auto send) {
    WorkerGuest& worker = load("export default () => 1");
    send(worker);
    return worker.until([&] { return worker.exit.has_value(); });
  };
  EXPECT_TRUE(ends([](WorkerGuest& worker) { worker.send(wire::FrameType::kText, "{}", 100); }));
  EXPECT_TRUE(ends([](WorkerGuest& worker) { worker.send(wire::FrameType::kCall, "nonsense", 4); }));
  EXPECT_TRUE(ends([](WorkerGuest& worker) { worker.send(wire::FrameType::kJob, "", 0); }));
  EXPECT_TRUE(ends([](WorkerGuest& worker) { worker.send(wire::FrameType::kCall, wire::encodeCall({}), 3); }));
}

// Each call brings and takes 64 KB: if a thousand of them left something of theirs behind, the guest would not survive.
TEST_F(WorkerCalls, AThousandCallsLeaveNothingBehind) {
  constexpr wire::GuestLimits kTight = {.cpuNanos = 20'000'000'000, .memoryBytes = 16U << 20U};
  WorkerGuest& worker = load(serveJob(R"js(
export default {
  run: (text) => text,
  async later(text) { await new Promise((resolve) => setTimeout(resolve, 0)); return text; },
  throws(text) { throw new Error(text); },
  fetch: async (request) => new Response(await request.text()),
};
)js"),
                             true, kTight);
  const std::string text = '"' + std::string(65000, 'x') + '"';
  const char* methods[] = {"run", "later", "throws"};
  for (int i = 0; i < 1000; ++i) ASSERT_TRUE(worker.call(text, methods[i % 3]).answered());
  for (int i = 0; i < 1000; ++i) {
    uint64_t id = worker.begin(requestOf("POST", "http://a/", true));
    worker.send(wire::FrameType::kChunk, text, id);
    worker.send(wire::FrameType::kEnd, {}, id);
    ASSERT_TRUE(worker.until([&] { return worker.stream(id).ended; }));
  }
  EXPECT_EQ(worker.call("5").result, "5");
}

}  // namespace
}  // namespace mayfly::workers
