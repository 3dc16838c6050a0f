// SPDX-License-Identifier: Apache-2.0
#pragma once

// The daemon's heart: takes runs, gives them guests, reports outcomes. One thread, one event loop, no locks.

#include <memory>
#include <unordered_map>

#include "base/event_loop.h"
#include "scheduler/run.h"

namespace mayfly {

// Where the parts of an installation are.
struct Installation {
  std::string provider;  // the V8 provider's executable (Node)
  std::string zygoteLibrary;
  std::string toolHostLibrary;
  std::string toolHostFolder;  // tool-host/
  std::string packagesFolder;  // node_modules/
};

// Finds the parts next to the executable (a build tree or an installed tree). E_UNAVAILABLE names what is missing.
Result<Installation> findInstallation();

struct SchedulerOptions {
  Installation installation;
  seal::LayerSet weaker = 0;
  bool jitless = false;
  size_t spares = 0;
  // Rehearsals of a new zygote. Many make every guest quicker; few make the first one come sooner.
  uint32_t warmUpRounds = 40;
  Limits defaults;
  uint64_t maxForksPerZygote = 100'000;
  std::chrono::minutes maxZygoteAge{60};
  // How long a zygote may owe an answer before it is given up.
  std::chrono::milliseconds zygoteAnswerLimit{10'000};
  // For all guests together; 0: three quarters of the machine's memory.
  uint64_t groupMemoryBytes = 0;
};

class Scheduler {
 public:
  Scheduler(EventLoop& loop, const SchedulerOptions& options);
  ~Scheduler();
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;

  // Starts what a first run needs, so that it does not wait for it.
  void warm(bool withToolHost);

  // The id by which it can be cancelled. `callbacks.onDone` comes exactly once, later.
  uint64_t submit(RunRequest request, RunCallbacks callbacks);
  void cancel(uint64_t id);

  [[nodiscard]] size_t running() const { return runs_.size(); }
  [[nodiscard]] ZygotePool& zygotes() { return zygotes_; }
  [[nodiscard]] ToolHost& toolHost() { return toolHost_; }
  [[nodiscard]] const CgroupRoot& cgroups() const { return cgroups_; }

 private:
  EventLoop& loop_;
  CgroupRoot cgroups_;
  ZygotePool zygotes_;
  ToolHost toolHost_;
  bool polls_;  // there is a processor for the guest while this thread polls
  std::unordered_map<uint64_t, std::unique_ptr<Run>> runs_;
  uint64_t lastId_ = 0;
};

}  // namespace mayfly
