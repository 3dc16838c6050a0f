// SPDX-License-Identifier: Apache-2.0
#pragma once

// One zygote process and the guests that it forked. Ready only after its seal was confirmed from outside and every
// probe (seal/probes.h) that it was made to run was killed by the kernel. What it says afterwards is checked like a
// guest's words: one that contradicts itself, or owes an answer for too long, is given up with all its guests.

#include <functional>
#include <memory>
#include <unordered_map>

#include "base/event_loop.h"
#include "base/lifetime.h"
#include "scheduler/owed_answers.h"
#include "scheduler/sealed_process.h"
#include "wire/zygote_protocol.h"

namespace mayfly {

// How a guest ended, by the kernel's account.
struct GuestExit {
  bool lost = false;  // its zygote died; nothing else is known
  int forkErrno = 0;  // it was never made, and why
  int waitStatus = 0;
  uint64_t userNanos = 0;
  uint64_t systemNanos = 0;
  uint64_t peakBytes = 0;
  bool memoryRanOut = false;  // the kernel ended it for lack of memory in the zygote's group

  [[nodiscard]] uint64_t cpuNanos() const { return userNanos + systemNanos; }
};

class Zygote {
 public:
  struct Callbacks {
    std::function<void()> onReady;
    std::function<void(const Error&)> onGone;  // the last one; the guests have been told before
    std::function<void()> onIdle;              // no guest is left
  };
  struct GuestCallbacks {
    std::function<void(UniqueFd pidfd)> onForked;  // invalid descriptor: it has to be killed through the zygote
    std::function<void(const GuestExit&)> onExit;  // exactly once, last
  };

  static Result<std::unique_ptr<Zygote>> start(EventLoop& loop, const SealedProcessOptions& options, Cgroup cgroup,
                                               Callbacks callbacks);
  ~Zygote();
  Zygote(const Zygote&) = delete;
  Zygote& operator=(const Zygote&) = delete;

  // Asks for a guest. Its end of the channel is sent along and closed here. The ticket names it.
  Result<uint64_t> fork(const wire::GuestLimits& limits, uint32_t flags, UniqueFd channel, GuestCallbacks callbacks,
                        uint32_t probe = 0);
  // The guest's callbacks are dropped; it is killed.
  void abandon(uint64_t ticket);
  void kill(uint64_t ticket);
  // Somebody has killed it: its end has to be reported now.
  void expectEnd(uint64_t ticket);

  [[nodiscard]] bool ready() const { return ready_; }
  [[nodiscard]] size_t liveGuests() const { return guests_.size(); }
  [[nodiscard]] uint64_t forks() const { return nextTicket_; }
  [[nodiscard]] MonotonicTime born() const { return born_; }
  [[nodiscard]] SealedProcess& process() { return *process_; }
  [[nodiscard]] const std::string& v8Version() const { return v8Version_; }
  [[nodiscard]] uint32_t landlockAbi() const { return landlockAbi_; }
  // Private writable memory, and resident memory, that every guest starts with.
  [[nodiscard]] uint64_t baselineBytes() const { return baselineBytes_; }
  [[nodiscard]] uint64_t baselineResidentBytes() const { return baselineResidentBytes_; }

 private:
  struct Pending {
    GuestCallbacks callbacks;
    uint64_t cpuLimit = 0;
    bool forked = false;
    bool endOwed = false;
  };

  Zygote(EventLoop& loop, std::chrono::milliseconds answerLimit, Callbacks callbacks);
  void onProcessReady(const wire::ControlMessage& message);
  void startProbe(uint32_t probe);
  void onProbeEnded(uint32_t probe, const GuestExit& exit);
  void onMessage(const wire::ControlMessage& message, UniqueFd fd);
  void onExited(const wire::ControlMessage& message);
  bool claimMemoryKill(const GuestExit& exit, const Pending& guest);
  void lied(const char* how);
  void onGone(const Error& error);

  EventLoop& loop_;
  Callbacks callbacks_;
  MonotonicTime born_;
  std::unique_ptr<SealedProcess> process_;
  std::unordered_map<uint64_t, Pending> guests_;
  OwedAnswers forksOwed_;
  OwedAnswers endsOwed_;
  uint64_t memoryKillsSeen_ = 0;
  uint64_t nextTicket_ = 0;
  bool ready_ = false;
  bool gone_ = false;
  uint32_t probesLeft_ = 0;
  std::string v8Version_;
  uint32_t landlockAbi_ = 0;
  uint64_t baselineBytes_ = 0;
  uint64_t baselineResidentBytes_ = UINT64_MAX;  // the least that any probe had
  Lifetime lifetime_;
};

}  // namespace mayfly
