// SPDX-License-Identifier: Apache-2.0
#pragma once

// One run, from request to outcome:
//
//   preparing -> waiting for a guest -> running -> (a limit was hit: killed) -> ended -> locating the error -> done
//
// A run owns its guest and its wall clock. It ends exactly once, with exactly one outcome, whatever the guest does.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/event_loop.h"
#include "scheduler/error_location.h"
#include "scheduler/guest.h"
#include "scheduler/outcome.h"
#include "scheduler/program_preparation.h"
#include "scheduler/tool_host.h"
#include "scheduler/zygote_pool.h"

namespace mayfly {

struct RunCallbacks {
  std::function<void(const wire::LogRecord&)> onLog;  // while it runs
  std::function<void()> onReply;                      // the result or failure is here; usage is not known yet
  std::function<void(Outcome)> onDone;                // last
};

class Run final : private Guest::Listener {
 public:
  // `onFinished` comes after onDone: the owner may let the run go.
  Run(EventLoop& loop, ZygotePool& zygotes, ToolHost& toolHost, RunRequest request, RunCallbacks callbacks,
      std::function<void(Run*)> onFinished);
  ~Run() override;

  void start();
  void cancel();

  // It is in a spare and has no reply yet: most often a matter of microseconds.
  [[nodiscard]] bool repliesSoon() const { return outcome_.trace.spare && !replied_; }

 private:
  void onPrepared();
  void onGuest(Result<std::unique_ptr<Guest>> guest, bool spare);
  void startWallClock();
  void sendJob();
  void noteFork();

  void onFrame(const wire::Frame& frame) override;
  void onProtocolError(const Error& error) override;
  void onExit(const GuestExit& exit) override;
  void onLogFrame(std::string_view payload);
  void onResultFrame(std::string_view payload);
  void onFailureFrame(std::string_view payload);
  void onSettledFrame(std::string_view payload);
  void warnOfTimers(uint32_t pending);
  // A limit that the program reaches after its result: the result stands.
  void endEarly(const RunError& error);
  void onReplied();
  void endNow();
  void noteMemory(uint64_t peakBytes);
  void stopGuest(RunError error);
  void killGuest();

  void conclude();
  void fail(RunError error);
  void finish();
  [[nodiscard]] double elapsedMicros() const;

  EventLoop& loop_;
  ZygotePool& zygotes_;
  RunRequest request_;
  RunCallbacks callbacks_;
  std::function<void(Run*)> onFinished_;
  ProgramPreparation preparation_;
  ErrorLocation location_;
  std::unique_ptr<Guest> guest_;
  MonotonicTime submitted_;
  MonotonicTime began_;  // when it got its guest
  EventLoop::TimerId wallTimer_{};
  EventLoop::TimerId lingerTimer_{};
  Outcome outcome_;
  GuestExit exit_;
  bool lingers_ = false;  // the result is here; what was given to waitUntil is not settled yet
  bool replied_ = false;
  bool finished_ = false;
  uint64_t baselineResident_ = 0;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  // a guest may come after us
};

}  // namespace mayfly
