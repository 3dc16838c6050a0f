// SPDX-License-Identifier: Apache-2.0
#pragma once

// A tenant's share of the machine: a scheduler (zygote, tool host, spares) and its warm workers, started on first use.
// The object itself stays as long as Tenants does; its processes are stopped when nothing has used them for a while.
// A reference to the scheduler or the workers is good while a Place or a hold() is there, or a worker in the table.

#include <functional>
#include <memory>
#include <string>

#include "base/clock.h"
#include "ledger/records.h"
#include "scheduler/scheduler.h"
#include "workers/worker_table.h"

namespace mayfly {

class Tenant {
 public:
  struct Processes {
    std::unique_ptr<Scheduler> scheduler;
    std::unique_ptr<WorkerTable> workers;  // goes first: its workers are guests of the scheduler
  };
  using Start = std::function<Processes(const Tenant&)>;

  Tenant(std::string name, Start start) : name_(std::move(name)), start_(std::move(start)) {}
  Tenant(const Tenant&) = delete;
  Tenant& operator=(const Tenant&) = delete;

  [[nodiscard]] const std::string& name() const { return name_; }
  // Either starts the processes if there are none.
  [[nodiscard]] Scheduler& scheduler();
  [[nodiscard]] WorkerTable& workers();
  // Keeps the processes from being stopped: for a connection that may come back to them. May outlive everything.
  [[nodiscard]] std::shared_ptr<void> hold();

  [[nodiscard]] bool isRunning() const { return processes_.scheduler != nullptr; }
  // Without a hold, a run or a worker; and since when.
  [[nodiscard]] bool isIdle() const;
  [[nodiscard]] MonotonicTime lastUsed() const { return *lastUsed_; }
  void stop();
  // None when it has no processes.
  void setSpares(size_t count);

 private:
  std::string name_;
  Start start_;
  // The holds may outlive us: they share this and nothing else.
  std::shared_ptr<MonotonicTime> lastUsed_ = std::make_shared<MonotonicTime>(monotonicNow());
  std::weak_ptr<void> held_;
  Processes processes_;
};

}  // namespace mayfly
