// SPDX-License-Identifier: Apache-2.0
// RPC sessions: a worker and a real capnweb in Node. What is asserted at the other side is in sessions.mjs.

#include "session_client.h"

namespace mayfly::workers {
namespace {

class WorkerSessions : public WorkerGuestTest {
 protected:
  // A case of sessions.mjs in a session that the daemon opens; Node's exit status.
  int session(WorkerGuest& worker, const std::string& name) {
    uint64_t stream = worker.nextStream();
    worker.send(wire::FrameType::kSession, {}, stream);
    return SessionClient(sandbox(), worker, stream, name).finish();
  }
};

TEST_F(WorkerSessions, EntrypointsAreCalledByName) {
  wire::Job job = serveJob(R"js(
import { RpcTarget, WorkerEntrypoint } from "cloudflare:workers";
class Counter extends RpcTarget {
  #n; constructor(n) { super(); this.#n = n; }
  value() { return this.#n; }
}
export default class extends WorkerEntrypoint {
  field = 1;
  secret = () => 1;
  #private() {}
  _hidden() { return 1; }
  get size() { return 7; }
  add(a, b) { return a + b; }
  props() { return this.ctx.props; }
  echo(value) { return value; }
  async callback(f) { return await f(42); }
  counter(n) { return new Counter(n); }
  fails() { throw Object.assign(new TypeError("bad"), { status: 418 }); }
  async fetch(request) { return new Response(`${request.method} ${request.url} ${await request.text()}`, { status: 202 }); }
}
export const double = (n) => n * 2;
export const handler = { show(x, env) { return [x, env.KEY]; } };
export const number = 1;
)js");
  job.envJson = R"({"KEY":"value"})";
  WorkerGuest& worker = load(job);
  EXPECT_EQ(session(worker, "entrypoints"), 0);
  EXPECT_EQ(session(worker, "entrypoints"), 0) << "a second session of the same worker";
}

constexpr char kBound[] = R"js(
import { env, WorkerEntrypoint } from "cloudflare:workers";
await env.CHAT.say("from the top");
export default class extends WorkerEntrypoint {
  async use() {
    const { KEY, CHAT, twice, WHEN, TABLE } = this.env;
    return [KEY, await CHAT.say("hello"), await twice(21), WHEN.getTime(), TABLE.get("a"), await CHAT.room("blue").title()];
  }
  async failing() {
    try { await this.env.CHAT.fail(); } catch (error) { return [error.name, error.message, error.decibels, error.remote]; }
  }
  async get() {
    const response = await fetch("http://example.org/", { method: "POST", body: "body" });
    return [response.status, await response.text()];
  }
  async data() { await fetch("ftp://example.org/"); }
}
)js";

wire::Job bound(const std::string& source, std::vector<std::string> bindings) {
  wire::Job job = serveJob(source);
  job.envJson = R"({"KEY":"value"})";
  job.session = true;
  job.outbound = true;
  job.bindings = std::move(bindings);
  return job;
}

TEST_F(WorkerSessions, BindingsAreLiveObjectsOfTheOtherSide) {
  WorkerGuest& worker = load(bound(kBound, {"CHAT", "twice", "WHEN", "TABLE"}), false);
  SessionClient client(sandbox(), worker, wire::kFirstSession, "bindings");
  EXPECT_EQ(client.finish(), 0);
  EXPECT_TRUE(worker.loaded) << (worker.failure ? worker.failure->message : "");
}

TEST_F(WorkerSessions, MessagesAndStreamsGoBeyondTheCredit) {
  WorkerGuest& worker = load(R"js(
import { WorkerEntrypoint } from "cloudflare:workers";
export default class extends WorkerEntrypoint {
  echo(text) { return text; }
  bytes(n) { return new ReadableStream({ pull(c) { if (n-- === 0) c.close(); else c.enqueue(new Uint8Array(10000)); } }); }
  async count(stream) { let size = 0; for await (const chunk of stream) size += chunk.length; return size; }
}
)js");
  EXPECT_EQ(session(worker, "volume"), 0);
}

constexpr char kAsks[] = R"js(
import { WorkerEntrypoint } from "cloudflare:workers";
let outcome = "nothing";
export default class extends WorkerEntrypoint {
  ask() { this.env.CHAT.never().catch((error) => { outcome = error.message; }); return 1; }
  outcome() { return outcome; }
}
)js";

TEST_F(WorkerSessions, WhenTheOtherSideGoesPendingCallsRejectAtOnce) {
  WorkerGuest& worker = load(bound(kAsks, {"CHAT"}), false);
  SessionClient client(sandbox(), worker, wire::kFirstSession, "leaves");
  EXPECT_EQ(client.finish(), 0);
  ASSERT_TRUE(worker.until([&] { return worker.stream(wire::kFirstSession).close.has_value(); }));
  EXPECT_EQ(worker.call("", "outcome").result, R"("the other side has ended the session")");
}

TEST_F(WorkerSessions, AResetSaysWhy) {
  WorkerGuest& worker = load(bound(kAsks, {"CHAT"}), false);
  SessionClient client(sandbox(), worker, wire::kFirstSession, "idle");
  ASSERT_TRUE(worker.until([&] { return worker.loaded.has_value(); }));
  EXPECT_EQ(worker.call("", "ask").result, "1");
  worker.send(wire::FrameType::kReset, "the client has gone", wire::kFirstSession);
  EXPECT_EQ(worker.call("", "outcome").result, R"("the client has gone")");
}

TEST_F(WorkerSessions, AWorkerWhoseLoaderGoesWhileItLoadsFails) {
  WorkerGuest& worker = load(bound(kBound, {"CHAT"}), false);
  worker.send(wire::FrameType::kReset, "the client has gone", wire::kFirstSession);
  ASSERT_TRUE(worker.until([&] { return worker.failure.has_value(); }));
  EXPECT_EQ(worker.failure->message, "the client has gone");
}

TEST_F(WorkerSessions, AMessageThatIsNoCapnwebEndsTheSessionOnly) {
  WorkerGuest& worker = load("export default () => 1");
  uint64_t stream = worker.nextStream();
  worker.send(wire::FrameType::kSession, {}, stream);
  worker.send(wire::FrameType::kText, "{nonsense", stream);
  ASSERT_TRUE(worker.until([&] { return worker.stream(stream).close.has_value(); }));
  EXPECT_EQ(worker.call("").result, "1");
}

TEST_F(WorkerSessions, LoopbacksAreStubsOfTheProgramsOwnEntrypoints) {
  WorkerGuest& worker = load(R"js(
import { RpcStub, WorkerEntrypoint } from "cloudflare:workers";
export class Greeter extends WorkerEntrypoint {
  greet(name) { return `${this.ctx.props.word ?? "hello"} ${name}`; }
  async fetch(request) { return new Response(`greeted ${request.url}`); }
}
export default { async run(input, env, ctx) {
  const { Greeter } = ctx.exports;
  const polite = Greeter({ props: { word: "good day" } });
  const response = await polite.fetch("http://a/");
  return [await Greeter.greet("a"), await polite.greet("b"), await response.text(), Greeter instanceof RpcStub, Object.keys(ctx.exports)];
} };
)js");
  EXPECT_EQ(worker.call("").result, R"(["hello a","good day b","greeted http://a/",true,["Greeter","default"]])")
      << worker.call("").problem();
}

TEST_F(WorkerSessions, ManyCallsToAnObjectOfTheCaller) {
  WorkerGuest& worker = load(bound(R"js(
import { WorkerEntrypoint } from "cloudflare:workers";
export default class extends WorkerEntrypoint {
  async many(n) { let sum = 0; for (let i = 0; i < n; i++) sum += await this.env.ping(); return sum; }
}
)js",
                                   {"ping"}),
                             false);
  SessionClient client(sandbox(), worker, wire::kFirstSession, "latency");
  EXPECT_EQ(client.finish(), 0);
}

TEST_F(WorkerSessions, LogsOfASessionsCallsAreTheSessions) {
  WorkerGuest& worker = load("export default { async say(text) { await null; console.log(text); } };");
  uint64_t stream = worker.nextStream();
  worker.send(wire::FrameType::kSession, {}, stream);
  for (const char* text : {R"(["push",["pipeline",0,["entrypoint"],[]]])",
                           R"(["push",["pipeline",1,["say"],["hello"]]])", R"(["pull",2])"}) {
    worker.send(wire::FrameType::kText, text, stream);
  }
  ASSERT_TRUE(worker.until([&] { return !worker.stream(stream).texts.empty(); }));
  EXPECT_EQ(worker.stream(stream).logs, std::vector<std::string>{R"(log ["hello"])"});
  EXPECT_TRUE(worker.stream(0).logs.empty());
}

TEST_F(WorkerSessions, SessionsThatEndLeaveNothingOpen) {
  WorkerGuest& worker = load("export default (n) => n + 1");
  for (size_t i = 0; i < 2 * wire::kMaxStreams; ++i) {
    uint64_t stream = worker.nextStream();
    worker.send(wire::FrameType::kSession, {}, stream);
    if (i % 2 == 0) {
      worker.send(wire::FrameType::kClose, wire::encodeClose({}), stream);
    } else {
      worker.send(wire::FrameType::kReset, "gone", stream);
    }
  }
  EXPECT_EQ(worker.call("1").result, "2");
  EXPECT_TRUE(worker.stream(0).logs.empty())
      << "an ended session is no error of the program: " << worker.stream(0).logs[0];
}

}  // namespace
}  // namespace mayfly::workers
