// SPDX-License-Identifier: Apache-2.0
#pragma once

// A real guest that serves, and a daemon's side that does nothing but send frames and remember what comes back.
//
//   WorkerGuest& worker = load("export default (n) => n + 1");
//   EXPECT_EQ(worker.call("1").result, "2");

#include <gtest/gtest.h>

#include <map>

#include "abuse/sandbox_fixture.h"
#include "wire/serve_protocol.h"

namespace mayfly::workers {

// What has come on a stream.
struct StreamRecord {
  std::vector<std::string> logs;  // JSON, with the level's name in front
  std::optional<std::string> result;
  std::optional<wire::Failure> failure;
  std::optional<wire::ResponseHead> head;
  std::string body;
  size_t chunks = 0;
  bool ended = false;
  std::vector<std::string> texts;
  std::vector<std::string> binaries;
  std::optional<wire::Close> close;
  std::optional<std::string> reset;
  std::optional<wire::Open> open;
  uint64_t granted = 0;

  [[nodiscard]] bool answered() const { return result || failure; }
  // "" or "E_CODE Name: message".
  [[nodiscard]] std::string problem() const;
  [[nodiscard]] std::string header(const std::string& name) const;
};

class WorkerGuest final : public Guest::Listener {
 public:
  WorkerGuest(abuse::Sandbox& sandbox, std::unique_ptr<Guest> guest);

  void send(wire::FrameType type, std::string_view payload, uint64_t stream = 0);
  uint64_t nextStream() { return next_ += 2; }

  uint64_t begin(const wire::Call& call);
  uint64_t begin(const wire::FetchRequest& request);
  // Begins a call and waits for its answer.
  StreamRecord& call(const wire::Call& call);
  StreamRecord& call(const std::string& inputJson, const std::string& method = "", const std::string& entrypoint = "");
  // Begins a request without a body and waits for the end of the response.
  StreamRecord& fetch(const std::string& url, const std::string& method = "GET");

  // Turns the loop; false when it took too long.
  bool until(const std::function<bool()>& done, std::chrono::milliseconds patience = std::chrono::seconds(20));

  StreamRecord& stream(uint64_t id) { return streams_[id]; }
  Guest& guest() { return *guest_; }
  std::optional<wire::Loaded> loaded;
  std::optional<wire::Failure> failure;
  std::optional<GuestExit> exit;
  std::string violation;  // what no guest may send
  // Hears of every frame on a stream after it has been recorded.
  std::function<void(const wire::Frame& frame)> onStreamFrame;

 private:
  void onFrame(const wire::Frame& frame) override;
  void record(const wire::Frame& frame);
  void onProtocolError(const Error& error) override { violation = error.message; }
  void onExit(const GuestExit& end) override { exit = end; }

  abuse::Sandbox& sandbox_;
  std::unique_ptr<Guest> guest_;
  std::map<uint64_t, StreamRecord> streams_;
  uint64_t next_ = wire::kFirstSession;
};

// The members that a test names.
struct CallParts {
  std::string entrypoint{};
  std::string method{};
  std::string inputJson{};
  std::string argumentsJson{};
  std::string propsJson{};
  double startMillis = 0;
  uint64_t outputBytes = 1000;
};
wire::Call callOf(const CallParts& parts);
wire::FetchRequest requestOf(const std::string& method, const std::string& url, bool hasBody = false);

wire::Job serveJob(const std::string& source);

constexpr wire::GuestLimits kRoomy = {.cpuNanos = 20'000'000'000, .memoryBytes = 64U << 20U};

class WorkerGuestTest : public abuse::SandboxTest {
 protected:
  void TearDown() override;
  // Starts a guest, waits for Loaded, a Failure or its end.
  WorkerGuest& load(const wire::Job& job, bool wait = true, const wire::GuestLimits& limits = kRoomy);
  WorkerGuest& load(const std::string& source) { return load(serveJob(source)); }

  std::vector<std::unique_ptr<WorkerGuest>> workers_;
};

}  // namespace mayfly::workers
