// SPDX-License-Identifier: Apache-2.0
#pragma once

// The warm workers of one tenant. A worker is found by id and content hash, so an id never gives a stale or foreign
// one. The least recently used worker that is idle and not pinned goes first when memory passes the limit; then busy
// ones are refused, never killed. Workers that have been idle for long go as well.

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "scheduler/scheduler.h"
#include "workers/worker.h"

namespace mayfly {

struct WorkerTableOptions {
  uint64_t memoryBytes = uint64_t{4} << 30U;  // of all workers of the tenant
  size_t maxWorkers = 10'000;
  std::chrono::minutes idle{60};
  Limits defaults;
  Limits ceilings;
};

// Where workers with objects of their loader belong: a connection, or the host worker that loaded them. 0: to nobody.
using OwnerId = uint64_t;

class WorkerTable {
 public:
  struct Entry {
    std::string id;
    std::shared_ptr<Worker> worker;  // keeps its own life: hold it while you use it
    bool pinned = false;
    bool fresh = false;  // this request made it
  };
  struct Events {  // for audit, metrics and usage
    std::function<void(const std::string& id, const WorkerCode& code)> onLoad;
    std::function<void(const std::string& id, const char* why, const std::optional<RunError>& error)> onEnd;
    // CPU and memory-time that belong to no call.
    std::function<void(const std::string& id, const Usage& usage)> onIdleUsage;
  };

  static std::unique_ptr<WorkerTable> create(EventLoop& loop, Scheduler& scheduler, const WorkerTableOptions& options,
                                             Events events);
  virtual ~WorkerTable() = default;

  // A fresh worker under an id of its own.
  virtual Result<Entry> load(WorkerCode code, OwnerId owner) = 0;
  // The worker with this id and content, made when there is none. It starts at once and nobody waits for it.
  virtual Result<Entry> get(const std::string& id, WorkerCode code, OwnerId owner) = 0;
  // The one with this id (the newest) and, if given, this hash; of the shared ones and the owner's. E_NOT_FOUND.
  virtual Result<Entry> find(const std::string& id, std::string_view hash, OwnerId owner) = 0;
  // A worker that failed to start is made again from its code when it is used.
  virtual Result<void> evict(const std::string& id) = 0;
  virtual Result<void> pin(const std::string& id, bool pinned) = 0;
  virtual std::vector<Entry> list() = 0;
  // The connection or host worker has gone, and with it what belonged to it.
  virtual void dropOwner(OwnerId owner) = 0;
  // Evicts everything; `done` when the last process has gone.
  virtual void clear() = 0;
  [[nodiscard]] virtual size_t size() const = 0;
};

}  // namespace mayfly
