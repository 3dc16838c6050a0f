// SPDX-License-Identifier: Apache-2.0
#pragma once

// The warm workers of one tenant. A worker is found by id and content hash, so an id never gives a stale or foreign
// one. The least recently used worker that is idle and not pinned goes first when memory passes the limit; then busy
// ones are refused, never killed. Workers that have been idle for long go as well.
//
// A host worker's children (wire::Open) are workers of the same table that belong to it: they are found by nobody else,
// and end with it.

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
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
// Numbers from kHostWorkers on are the table's.
using OwnerId = uint64_t;
constexpr OwnerId kHostWorkers = OwnerId{1} << 63U;

class WorkerTable final {
 public:
  struct Entry {
    std::string id;
    std::shared_ptr<Worker> worker;  // keeps its own life: hold it while you use it
    bool pinned = false;
    bool fresh = false;  // this request made it
  };
  struct Events {  // for audit, metrics and usage
    std::function<void(const std::string& id, const WorkerCode& code)> onLoad;
    // `why`: "evicted", "memory", "idle", "owner" (has gone), "stopped", "failed" (to start), "died".
    std::function<void(const std::string& id, const char* why, const std::optional<RunError>& error)> onEnd;
    // CPU and memory-time that belong to no call.
    std::function<void(const std::string& id, const Usage& usage)> onIdleUsage;
    // Of no call, and not of a session's worker.
    std::function<void(const std::string& id, const wire::LogRecord& log)> onLog;
  };

  static std::unique_ptr<WorkerTable> create(EventLoop& loop, Scheduler& scheduler, const WorkerTableOptions& options,
                                             Events events);
  // Ends what is left at once. The scheduler has to be there still.
  ~WorkerTable();
  WorkerTable(const WorkerTable&) = delete;
  WorkerTable& operator=(const WorkerTable&) = delete;

  // A fresh worker under an id of its own. E_BUSY when there is no room.
  Result<Entry> load(WorkerCode code, OwnerId owner);
  // The worker with this id and content, made when there is none. It starts at once and nobody waits for it. From now
  // on it is the one that is meant by the id alone.
  Result<Entry> get(const std::string& id, WorkerCode code, OwnerId owner);
  // The one with this id (that of the last get) and, if given, this hash; of the owner's and then the shared ones.
  // E_NOT_FOUND. A worker that failed to start is made again from its code.
  Result<Entry> find(const std::string& id, std::string_view hash, OwnerId owner);
  // All with this id.
  Result<void> evict(const std::string& id);
  Result<void> pin(const std::string& id, bool pinned);
  std::vector<Entry> list();
  // The connection or host worker has gone, and with it what belonged to it.
  void dropOwner(OwnerId owner);
  // Evicts everything; `done` when the last process has gone.
  void clear(std::function<void()> done);
  [[nodiscard]] size_t size() const { return slots_.size(); }
  // Of all workers, as of the last looks.
  [[nodiscard]] uint64_t memoryBytes() const { return memoryBytes_; }

 private:
  using Serial = uint64_t;
  struct Slot {
    std::string id;
    OwnerId owner = 0;
    OwnerId children = 0;  // the owner of its children
    std::shared_ptr<Worker> worker;
    bool pinned = false;
    bool kept = false;   // by get: stays when it fails to start
    unsigned depth = 0;  // how many host workers above it
  };
  struct Dying {
    std::shared_ptr<Worker> worker;
    std::string id;
    const char* why;
  };
  using Name = std::pair<OwnerId, std::string>;

  WorkerTable(EventLoop& loop, Scheduler& scheduler, const WorkerTableOptions& options, Events events);

  Result<Entry> make(std::string id, WorkerCode code, OwnerId owner, bool kept, unsigned depth);
  Result<Entry> getWithin(const std::string& id, WorkerCode code, OwnerId owner, unsigned depth);
  Result<Entry> findWithin(const std::string& id, std::string_view hash, OwnerId owner);
  // The slot's worker; made again when it failed to start; nothing when it is about to go.
  std::shared_ptr<Worker> revived(Serial serial);
  std::shared_ptr<Worker> startWorker(Serial serial, WorkerCode code);
  [[nodiscard]] Entry entryOf(const Slot& slot, bool fresh) const;
  Result<void> makeRoom();
  // The least recently used one that may go; false when there is none.
  bool evictOne();
  void evictSlot(Serial serial, const char* why);
  Slot takeOut(Serial serial);
  void onEnded(Serial serial, Worker& worker, const std::optional<RunError>& error);
  void onOpen(Serial serial, Worker::StreamId stream, wire::Open open);
  Result<Entry> child(const Slot& host, const wire::Open& open);
  void tick();
  void armTick();
  void tellCleared();

  EventLoop& loop_;
  Scheduler& scheduler_;
  WorkerTableOptions options_;
  Events events_;
  std::map<Serial, Slot> slots_;
  std::map<Name, std::vector<Serial>> byName_;  // the one that the name means last
  std::unordered_map<OwnerId, std::vector<Serial>> byOwner_;
  std::unordered_map<Worker*, Dying> dying_;
  Serial lastSerial_ = 0;
  Serial lastSampled_ = 0;
  uint64_t memoryBytes_ = 0;
  EventLoop::TimerId tickTimer_{};
  bool ticking_ = false;
  std::function<void()> whenCleared_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace mayfly
