// SPDX-License-Identifier: Apache-2.0
// Guests that a hostile program owns and that break the protocol: each is killed with E_PROTO, all that was under way
// in it is told so, and a neighbour goes on. The guest is a script of frames (tests/abuse/badhost_main.cc).

#include <cstdio>

#include "workers/daemon/worker_fixture.h"

namespace mayfly::workers {
namespace {

using wire::FrameType;

std::string hex(std::string_view bytes) {
  std::string text;
  for (char c : bytes) {
    char digits[3];
    std::snprintf(digits, sizeof digits, "%02x", static_cast<unsigned char>(c));
    text += digits;
  }
  return text;
}

std::string frame(FrameType type, uint64_t stream, std::string_view payload = {}) {
  return "frame " + std::to_string(static_cast<int>(type)) + " " + (payload.empty() ? "-" : hex(payload)) + " 0 " +
         std::to_string(stream) + "\n";
}

std::string loaded() {
  wire::Loaded what;
  what.entrypoints.push_back({.name = "default", .methods = {}});
  return frame(FrameType::kLoaded, 0, wire::encodeLoaded(what));
}

std::string result(uint64_t stream) {
  return frame(FrameType::kResult, stream, wire::encodeResult({.defined = true, .json = "1"}));
}

std::string head(bool hasBody) {
  wire::ResponseHead what;
  what.hasBody = hasBody;
  return frame(FrameType::kHead, 4, wire::encodeHead(what));
}

class WorkerViolationsTest : public WorkerTest {
 protected:
  SchedulerOptions options() const override {
    SchedulerOptions scheduler = WorkerTest::options();
    scheduler.installation.zygoteLibrary = abuse::badhostLibrary();
    return scheduler;
  }
  WorkerTable::Entry script(const std::string& orders) {
    return get("script" + std::to_string(++scripts_), "badhost\n" + orders + "hang\n", R"(, "loaders": ["LOADER"])");
  }
  // A call is under way, on stream 4, when the frames come.
  void expectKilled(const std::string& frames, const char* what) {
    auto entry = script(loaded() + frames);
    auto answer = begin(*entry.worker);
    until([&] { return answer->ended; }, what);
    EXPECT_EQ(answer->code(), "E_PROTO") << what << ": " << answer->text();
    ASSERT_TRUE(entry.worker->status().error.has_value()) << what;
    EXPECT_EQ(entry.worker->status().error->code, ErrorCode::kProtocol);
  }
  void expectFetchKilled(const std::string& frames, const char* what) {
    auto entry = script(loaded() + frames);
    Recorder heard;
    wire::FetchRequest request;
    request.method = "GET";
    request.url = "http://worker.test/";
    entry.worker->fetch(request, entry.worker->code().program.limits, heard);
    until([&] { return heard.done; }, what);
    EXPECT_EQ(heard.code(), "E_PROTO") << what;
  }

 private:
  int scripts_ = 0;
};

TEST_F(WorkerViolationsTest, OfStreams) {
  expectKilled(result(6), "a stream that never was");
  expectKilled(result(2), "a first session that is not there");
  expectKilled(frame(FrameType::kText, 4, "x"), "a text on a call");
  expectKilled(frame(FrameType::kCredit, 4, wire::encodeCredit(1)), "credit to a call");
  expectKilled(frame(FrameType::kOpened, 4), "a frame of the daemon's");
  expectKilled(frame(FrameType::kResult, 4, "nonsense"), "a result that is none");
  expectKilled(frame(FrameType::kResult, 4, wire::encodeResult({.defined = true, .json = "{"})), "no JSON");
  expectKilled(frame(FrameType::kReset, 4, "\xff"), "a reason that is no text");
  expectKilled(frame(static_cast<FrameType>(999), 0), "an unknown type");
  expectKilled(loaded(), "a second start");
  expectKilled("write 000000000000000000000000000000000000\n" + frame(FrameType::kJob, 0), "a job");
  expectKilled("frame 17 - 1 4\n", "flags");
  expectKilled("frame 17 - 0 4 4294967295\n", "a length without end");
}

TEST_F(WorkerViolationsTest, OfExchanges) {
  expectFetchKilled(frame(FrameType::kChunk, 4, "x"), "a body before its head");
  expectFetchKilled(head(true) + head(true), "two heads");
  expectFetchKilled(head(true) + frame(FrameType::kEnd, 4, "x"), "an end with something in it");
  expectFetchKilled(result(4), "a result of an exchange");
  wire::ResponseHead upgrade;
  upgrade.status = 101;
  upgrade.webSocket = true;
  expectFetchKilled(frame(FrameType::kHead, 4, wire::encodeHead(upgrade)), "a WebSocket that nobody asked for");
  wire::ResponseHead giant;
  giant.headers.push_back({"x", std::string(wire::kMaxHeadBytes, 'a')});
  expectFetchKilled(frame(FrameType::kHead, 4, wire::encodeHead(giant)), "a giant head");
  std::string overdraft = head(true);
  for (uint32_t sent = 0; sent <= wire::kInitialCredit; sent += wire::kMaxChunk) {
    overdraft += frame(FrameType::kChunk, 4, std::string(wire::kMaxChunk, 'x'));
  }
  expectFetchKilled(overdraft, "a body without credit");
}

TEST_F(WorkerViolationsTest, OfChildren) {
  std::string open = wire::encodeOpen({.binding = "LOADER", .id = "x", .documentJson = ""});
  expectKilled(frame(FrameType::kOpen, 1, wire::encodeOpen({.binding = "OTHER", .id = "x", .documentJson = ""})),
               "a child without a grant");
  expectKilled(frame(FrameType::kOpen, 6, open), "a child on an even stream");
  expectKilled(frame(FrameType::kOpen, 1, open) + frame(FrameType::kOpen, 1, open), "the same stream twice");
  expectKilled(frame(FrameType::kOpen, 1, "nonsense"), "a request that is none");
}

TEST_F(WorkerViolationsTest, OfLogs) {
  wire::LogRecord log;
  log.argsJson = "[1";
  expectKilled(frame(FrameType::kLog, 4, wire::encodeLog(log)), "a log that is not JSON");
  log.argsJson = "[]";
  expectKilled(frame(FrameType::kLog, 6, wire::encodeLog(log)), "a log of a stream that never was");
  wire::Failure cpu;
  cpu.code = ErrorCode::kCpu;
  expectKilled(frame(FrameType::kFailure, 4, wire::encodeFailure(cpu)), "a claim that it may not make");
}

TEST_F(WorkerViolationsTest, LogsBeyondTheLimit) {
  wire::LogRecord log;
  log.argsJson = "[\"" + std::string(100'000, 'x') + "\"]";
  std::string loose;
  std::string ofCall;
  for (int i = 0; i < 6; ++i) loose += frame(FrameType::kLog, 0, wire::encodeLog(log));
  for (int i = 0; i < 3; ++i) ofCall += frame(FrameType::kLog, 4, wire::encodeLog(log));
  auto quiet = script(loaded() + loose + result(4));
  EXPECT_EQ(call(*quiet.worker).text(), "1") << "of no call: dropped";
  EXPECT_EQ(looseLogs_.size(), 5U) << "two windows of 256 KiB";
  auto loud = script(loaded() + ofCall);
  EXPECT_EQ(call(*loud.worker).code(), "E_LOGS");
}

TEST_F(WorkerViolationsTest, LateFramesAreNone) {
  auto entry = script(loaded() + result(4) + result(4) + frame(FrameType::kReset, 4, "late"));
  EXPECT_EQ(call(*entry.worker).text(), "1");
  EXPECT_EQ(table().find("script1", {}, 0)->worker, entry.worker);
  EXPECT_EQ(entry.worker->state(), Worker::State::kWarm);
}

TEST_F(WorkerViolationsTest, BeforeTheStart) {
  auto early = script(result(4));
  EXPECT_EQ(call(*early.worker).code(), "E_PROTO");
  auto gone = script("exit 3\n");
  EXPECT_EQ(call(*gone.worker).code(), "E_HOST_CRASHED");
  auto killed = script("syscall 57 0 0 0 0 0 0\n");
  EXPECT_EQ(call(*killed.worker).code(), "E_HOST_KILLED");
}

}  // namespace
}  // namespace mayfly::workers
