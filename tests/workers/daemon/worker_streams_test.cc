// SPDX-License-Identifier: Apache-2.0
// Exchanges, logs and what is passed on.

#include "workers/daemon/worker_fixture.h"

namespace mayfly::workers {
namespace {

class WorkerStreamsTest : public WorkerTest {
 protected:
  static wire::FetchRequest request(const std::string& method, bool hasBody = false) {
    wire::FetchRequest what;
    what.method = method;
    what.url = "http://worker.test/path?q=1";
    what.hasBody = hasBody;
    what.startMillis = wallClockMillis();
    return what;
  }
};

TEST_F(WorkerStreamsTest, AFetchPassesABodyBothWaysBeyondTheCredit) {
  auto entry = get("echo",
                   "export default { async fetch(request) { return new Response(request.body, { status: 201, "
                   "headers: { 'x-method': request.method } }); } };");
  Recorder heard;
  auto stream = entry.worker->fetch(request("POST", true), entry.worker->code().program.limits, heard);
  std::string chunk(32U << 10U, 'x');
  int64_t credit = wire::kInitialCredit;
  uint64_t credited = 0;
  uint64_t granted = 0;
  constexpr size_t kTotal = 2U << 20U;
  for (size_t sent = 0; sent < kTotal;) {
    until(
        [&] {
          // As a client that reads as fast as it can.
          if (heard.body.size() > granted) {
            entry.worker->send(stream, wire::FrameType::kCredit,
                               wire::encodeCredit(static_cast<uint32_t>(heard.body.size() - granted)));
            granted = heard.body.size();
          }
          credit += static_cast<int64_t>(heard.credit - credited);
          credited = heard.credit;
          return credit > 0 || heard.done;
        },
        "there is credit");
    if (heard.done) break;
    entry.worker->send(stream, wire::FrameType::kChunk, chunk);
    credit -= static_cast<int64_t>(chunk.size());
    sent += chunk.size();
  }
  entry.worker->send(stream, wire::FrameType::kEnd, {});
  until(
      [&] {
        if (heard.body.size() > granted) {
          entry.worker->send(stream, wire::FrameType::kCredit,
                             wire::encodeCredit(static_cast<uint32_t>(heard.body.size() - granted)));
          granted = heard.body.size();
        }
        return heard.done;
      },
      "the exchange is over");
  ASSERT_EQ(heard.heads.size(), 1U);
  EXPECT_EQ(heard.heads[0].status, 201);
  EXPECT_EQ(heard.body.size(), kTotal);
  EXPECT_TRUE(heard.bodyEnded);
  EXPECT_EQ(heard.code(), "");
  EXPECT_TRUE(entry.worker->idle());
}

TEST_F(WorkerStreamsTest, AHandlerThatThrowsFailsItsExchangeOnly) {
  auto entry = get("bad",
                   "export default { fetch(request) { if (request.method === 'PUT') throw new RangeError('no'); "
                   "return new Response('yes'); } };");
  Recorder bad;
  entry.worker->fetch(request("PUT"), entry.worker->code().program.limits, bad);
  Recorder good;
  entry.worker->fetch(request("GET"), entry.worker->code().program.limits, good);
  until([&] { return bad.done && good.done; }, "both are over");
  EXPECT_EQ(bad.code(), "E_EXCEPTION");
  EXPECT_EQ(bad.error->name, "RangeError");
  EXPECT_NE(bad.error->codeFrame.find("RangeError"), std::string::npos);
  EXPECT_EQ(good.body, "yes");
  EXPECT_EQ(good.code(), "");
}

TEST_F(WorkerStreamsTest, ResetEndsAnExchange) {
  auto entry = get("slow", "export default { fetch() { return new Promise(() => setInterval(() => {}, 1000)); } };");
  Recorder heard;
  auto stream = entry.worker->fetch(request("GET"), entry.worker->code().program.limits, heard);
  until([&] { return entry.worker->state() == Worker::State::kWarm; }, "it is warm");
  entry.worker->reset(stream, "the client has gone");
  EXPECT_FALSE(heard.done) << "not from inside reset()";
  until([&] { return heard.done; }, "it is over");
  EXPECT_EQ(heard.code(), "E_CANCELLED");
  entry.worker->reset(stream, "again");
  entry.worker->send(stream, wire::FrameType::kEnd, {});
  EXPECT_TRUE(entry.worker->idle());
}

TEST_F(WorkerStreamsTest, LogsBelongToTheirCall) {
  auto entry = get("logs",
                   "export default async (n) => { console.log('before', n); await new Promise((r) => setTimeout(r, "
                   "20 - n)); console.log('after', n); return n; };");
  auto one = begin(*entry.worker, "1");
  auto two = begin(*entry.worker, "2");
  until([&] { return one->ended && two->ended; }, "both end");
  for (const auto& [answer, n] : {std::pair(one, "1"), std::pair(two, "2")}) {
    ASSERT_EQ(answer->logs.size(), 2U);
    EXPECT_EQ(answer->logs[0].argsJson, std::string("[\"before\",") + n + "]");
    EXPECT_EQ(answer->logs[1].argsJson, std::string("[\"after\",") + n + "]");
    EXPECT_EQ(answer->text(), n);
  }
}

TEST_F(WorkerStreamsTest, SendingWithoutCreditEndsTheStreamOnly) {
  auto entry = get("deaf",
                   "export default { fetch() { return new Promise(() => setInterval(() => {}, 1000)); }, run() { "
                   "return 'alive'; } };");
  Recorder heard;
  auto stream = entry.worker->fetch(request("POST", true), entry.worker->code().program.limits, heard);
  std::string chunk(wire::kMaxChunk, 'x');
  for (uint32_t sent = 0; sent <= wire::kInitialCredit; sent += wire::kMaxChunk) {
    entry.worker->send(stream, wire::FrameType::kChunk, chunk);
  }
  until([&] { return heard.done; }, "it is over");
  EXPECT_EQ(heard.code(), "E_PROTO");
  EXPECT_EQ(call(*entry.worker, {}, "run").text(), "\"alive\"");
}

TEST_F(WorkerStreamsTest, ItTellsWhatItOffers) {
  auto entry = get("offers",
                   "export default { fetch() { return new Response(''); }, hello() {} }; export const other = { "
                   "world() {} };");
  until([&] { return entry.worker->state() == Worker::State::kWarm; }, "it is warm");
  auto status = entry.worker->status();
  ASSERT_FALSE(status.entrypoints.empty());
  EXPECT_EQ(status.entrypoints[0].name, "default");
  EXPECT_GT(status.memoryBytes, 0U);
  EXPECT_GT(status.createdMillis, 0);
}

TEST_F(WorkerStreamsTest, TooManyCallsAtOnceAreRefused) {
  auto entry = get("many", "export default (wait) => new Promise((done) => setTimeout(done, wait));");
  std::vector<std::shared_ptr<Answer>> answers;
  for (size_t i = 0; i < wire::kMaxStreams; ++i) answers.push_back(begin(*entry.worker, "10"));
  EXPECT_EQ(call(*entry.worker, "0").code(), "E_BUSY");
  until([&] { return std::all_of(answers.begin(), answers.end(), [](const auto& each) { return each->ended; }); },
        "the others end");
  for (const auto& each : answers) EXPECT_EQ(each->code(), "") << each->text();
}

}  // namespace
}  // namespace mayfly::workers
