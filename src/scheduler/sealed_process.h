// SPDX-License-Identifier: Apache-2.0
#pragma once

// A process that seals itself (zygote, tool host), as the daemon sees it: spawned, mapped to a user of its own, put
// into its cgroup, checked from outside, and only then ready. Everything happens on the event loop's thread.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/child_process.h"
#include "base/event_loop.h"
#include "base/lifetime.h"
#include "base/result.h"
#include "scheduler/cgroup.h"
#include "seal/layers.h"
#include "seal/outside_view.h"
#include "wire/zygote_protocol.h"

namespace mayfly {

struct SealedProcessOptions {
  std::string provider;  // the V8 provider's executable
  std::string library;   // what takes it over
  std::vector<std::string> arguments;
  seal::LayerSet weaker = 0;  // layers that may be missing
  uint32_t startFlags = 0;
  uint32_t warmUpRounds = 0;
  int channel = -1;                // handed down as descriptor 4
  seal::SealExpectation expected;  // what the kernel has to confirm when it is ready
  bool releasesControl = false;    // it closes the control socket once it is ready
  std::chrono::seconds startLimit{20};
  std::chrono::milliseconds answerLimit{10'000};  // for what a zygote owes; see owed_answers.h
};

class SealedProcess {
 public:
  struct Callbacks {
    std::function<void(const wire::ControlMessage& ready)> onReady;
    std::function<void(const wire::ControlMessage& message, UniqueFd fd)> onMessage;
    // The last callback. Before onReady: it could not start, and the error says why.
    std::function<void(const Error& error)> onGone;
  };

  static Result<std::unique_ptr<SealedProcess>> start(EventLoop& loop, const SealedProcessOptions& options,
                                                      Cgroup cgroup, Callbacks callbacks);
  ~SealedProcess();
  SealedProcess(const SealedProcess&) = delete;
  SealedProcess& operator=(const SealedProcess&) = delete;

  // False when the process has gone or its socket is full.
  bool send(const wire::ControlMessage& message, int fd = -1);

  [[nodiscard]] seal::LayerSet layers() const { return layers_; }
  [[nodiscard]] pid_t innerPid() const { return innerPid_; }
  [[nodiscard]] Cgroup& cgroup() { return cgroup_; }

 private:
  SealedProcess(EventLoop& loop, const SealedProcessOptions& options, ChildProcess child, UniqueFd control,
                Cgroup cgroup, Callbacks callbacks);
  Result<void> listen();
  void onReadable();
  void handle(const wire::ControlMessage& message, UniqueFd fd, pid_t sender);
  void handleBeforeReady(const wire::ControlMessage& message, pid_t sender);
  Result<void> writeMaps();
  Result<void> accept(const wire::ControlMessage& ready, pid_t sender);
  void gone(Error error);

  EventLoop& loop_;
  SealedProcessOptions options_;
  ChildProcess child_;
  UniqueFd control_;
  Cgroup cgroup_;
  Callbacks callbacks_;
  uint32_t hostId_ = 0;
  pid_t innerPid_ = 0;
  seal::LayerSet layers_ = 0;
  bool mapped_ = false;
  bool ready_ = false;
  bool gone_ = false;
  EventLoop::TimerId startTimer_{};
  Lifetime lifetime_;
};

}  // namespace mayfly
