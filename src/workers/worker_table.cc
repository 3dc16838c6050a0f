// SPDX-License-Identifier: Apache-2.0
#include "workers/worker_table.h"

#include <algorithm>
#include <utility>

#include "base/json_text.h"
#include "scheduler/random_id.h"
#include "workers/child_relay.h"

namespace mayfly {
namespace {

// How often memory is looked at, and for how many workers at once: each look takes some microseconds.
constexpr std::chrono::milliseconds kTick{250};
constexpr size_t kSamplesPerTick = 64;
// What a new worker is taken to need until it is looked at.
constexpr uint64_t kNewWorker = 1U << 20U;
// Host workers of host workers: the end of the first is the end of all of them.
constexpr unsigned kMaxDepth = 16;

void removeFrom(std::vector<uint64_t>& serials, uint64_t serial) { std::erase(serials, serial); }

Error notFound(std::string_view id) {
  return Error{ErrorCode::kNotFound, "no worker is called " + shownText(id) + "; load it with its code"};
}

}  // namespace

std::unique_ptr<WorkerTable> WorkerTable::create(EventLoop& loop, Scheduler& scheduler,
                                                 const WorkerTableOptions& options, Events events) {
  return std::unique_ptr<WorkerTable>(new WorkerTable(loop, scheduler, options, std::move(events)));
}

WorkerTable::WorkerTable(EventLoop& loop, Scheduler& scheduler, const WorkerTableOptions& options, Events events)
    : loop_(loop), scheduler_(scheduler), options_(options), events_(std::move(events)) {}

WorkerTable::~WorkerTable() {
  *alive_ = false;
  loop_.cancel(tickTimer_);
  for (auto& [serial, slot] : slots_) slot.worker->close();
  for (auto& [worker, dying] : dying_) worker->close();
}

// ---- what callers ask for ----

Result<WorkerTable::Entry> WorkerTable::load(WorkerCode code, OwnerId owner) {
  return make(randomId("w_"), std::move(code), owner, false, 0);
}

Result<WorkerTable::Entry> WorkerTable::get(const std::string& id, WorkerCode code, OwnerId owner) {
  return getWithin(id, std::move(code), owner, 0);
}

Result<WorkerTable::Entry> WorkerTable::getWithin(const std::string& id, WorkerCode code, OwnerId owner,
                                                  unsigned depth) {
  MAYFLY_TRY(checkWorkerId(id));
  if (auto found = findWithin(id, code.hash, owner); found.ok()) {
    auto& serials = byName_[{owner, id}];
    auto same = std::find_if(serials.begin(), serials.end(),
                             [&](Serial serial) { return slots_.at(serial).worker == found->worker; });
    std::rotate(same, same + 1, serials.end());
    return found;
  }
  return make(id, std::move(code), owner, true, depth);
}

Result<WorkerTable::Entry> WorkerTable::find(const std::string& id, std::string_view hash, OwnerId owner) {
  auto found = findWithin(id, hash, owner);
  return found.ok() || owner == 0 ? found : findWithin(id, hash, 0);
}

Result<WorkerTable::Entry> WorkerTable::findWithin(const std::string& id, std::string_view hash, OwnerId owner) {
  auto named = byName_.find({owner, id});
  if (named == byName_.end()) return notFound(id);
  for (auto serial = named->second.rbegin(); serial != named->second.rend(); ++serial) {
    Slot& slot = slots_.at(*serial);
    if (!hash.empty() && slot.worker->code().hash != hash) continue;
    Worker* before = slot.worker.get();
    auto worker = revived(*serial);
    if (worker == nullptr) continue;
    worker->touch();
    return entryOf(slot, worker.get() != before);
  }
  return notFound(id);
}

Result<void> WorkerTable::evict(const std::string& id) {
  std::vector<Serial> found;
  for (const auto& [serial, slot] : slots_) {
    if (slot.id == id) found.push_back(serial);
  }
  if (found.empty()) return notFound(id);
  for (Serial serial : found) evictSlot(serial, "evicted");
  return {};
}

Result<void> WorkerTable::pin(const std::string& id, bool pinned) {
  bool any = false;
  for (auto& [serial, slot] : slots_) {
    if (slot.id != id) continue;
    any = true;
    slot.pinned = pinned;
  }
  if (!any) return notFound(id);
  return {};
}

std::vector<WorkerTable::Entry> WorkerTable::list() {
  std::vector<Entry> entries;
  entries.reserve(slots_.size());
  for (const auto& [serial, slot] : slots_) entries.push_back(entryOf(slot, false));
  std::sort(entries.begin(), entries.end(),
            [](const Entry& a, const Entry& b) { return a.worker->lastUsed() > b.worker->lastUsed(); });
  return entries;
}

WorkerTable::Entry WorkerTable::entryOf(const Slot& slot, bool fresh) const {
  return {.id = slot.id, .worker = slot.worker, .pinned = slot.pinned, .fresh = fresh};
}

void WorkerTable::dropOwner(OwnerId owner) {
  auto owned = byOwner_.find(owner);
  if (owner == 0 || owned == byOwner_.end()) return;
  for (Serial serial : std::vector<Serial>(owned->second)) evictSlot(serial, "owner");
}

void WorkerTable::clear(std::function<void()> done) {
  whenCleared_ = std::move(done);
  while (!slots_.empty()) evictSlot(slots_.begin()->first, "stopped");
  tellCleared();
}

void WorkerTable::tellCleared() {
  if (!whenCleared_ || !slots_.empty() || !dying_.empty()) return;
  loop_.later(std::exchange(whenCleared_, nullptr));
}

// ---- making and ending ----

Result<WorkerTable::Entry> WorkerTable::make(std::string id, WorkerCode code, OwnerId owner, bool kept,
                                             unsigned depth) {
  MAYFLY_TRY(makeRoom());
  Serial serial = ++lastSerial_;
  Slot slot;
  slot.id = std::move(id);
  slot.owner = owner;
  slot.children = kHostWorkers | serial;
  slot.kept = kept;
  slot.depth = depth;
  slot.worker = startWorker(serial, std::move(code));
  byName_[{slot.owner, slot.id}].push_back(serial);
  byOwner_[slot.owner].push_back(serial);
  memoryBytes_ += kNewWorker;
  Slot& made = slots_.emplace(serial, std::move(slot)).first->second;
  armTick();
  if (events_.onLoad) events_.onLoad(made.id, made.worker->code());
  return entryOf(made, true);
}

std::shared_ptr<Worker> WorkerTable::startWorker(Serial serial, WorkerCode code) {
  Worker::Events events;
  events.onEnded = [this, serial](Worker& worker, const std::optional<RunError>& error) {
    onEnded(serial, worker, error);
  };
  events.onIdleUsage = [this, serial](Worker& worker, const Usage& usage) {
    auto slot = slots_.find(serial);
    auto dying = dying_.find(&worker);
    if (!events_.onIdleUsage) return;
    if (dying != dying_.end()) return events_.onIdleUsage(dying->second.id, usage);
    if (slot != slots_.end()) events_.onIdleUsage(slot->second.id, usage);
  };
  events.onLog = [this, serial](Worker&, const wire::LogRecord& log) {
    auto slot = slots_.find(serial);
    if (events_.onLog && slot != slots_.end()) events_.onLog(slot->second.id, log);
  };
  events.onOpen = [this, serial](Worker&, Worker::StreamId stream, wire::Open open) {
    onOpen(serial, stream, std::move(open));
  };
  return Worker::start(loop_, scheduler_, std::move(code), std::move(events));
}

std::shared_ptr<Worker> WorkerTable::revived(Serial serial) {
  Slot& slot = slots_.at(serial);
  if (slot.worker->state() != Worker::State::kEnded) return slot.worker;
  if (!slot.worker->failedToStart() || !slot.kept || dying_.contains(slot.worker.get())) return nullptr;
  // It may still be on its way out; nobody waits for that, and what it still reports is about another worker.
  Worker* failed = slot.worker.get();
  if (!failed->concluded()) dying_.emplace(failed, Dying{slot.worker, slot.id, "failed"});
  slot.worker = startWorker(serial, WorkerCode(failed->code()));
  if (events_.onLoad) events_.onLoad(slot.id, slot.worker->code());
  return slot.worker;
}

Result<void> WorkerTable::makeRoom() {
  auto full = [this] {
    return slots_.size() >= options_.maxWorkers || memoryBytes_ + kNewWorker > options_.memoryBytes;
  };
  while (full()) {
    if (!evictOne()) {
      return Error{ErrorCode::kBusy, "there is no room for another worker: all are busy or pinned"};
    }
  }
  return {};
}

bool WorkerTable::evictOne() {
  auto oldest = slots_.end();
  for (auto slot = slots_.begin(); slot != slots_.end(); ++slot) {
    const Worker& worker = *slot->second.worker;
    if (slot->second.pinned || !worker.idle() || worker.state() == Worker::State::kStarting) continue;
    if (oldest == slots_.end() || worker.lastUsed() < oldest->second.worker->lastUsed()) oldest = slot;
  }
  if (oldest == slots_.end()) return false;
  evictSlot(oldest->first, "memory");
  return true;
}

WorkerTable::Slot WorkerTable::takeOut(Serial serial) {
  auto found = slots_.find(serial);
  Slot slot = std::move(found->second);
  slots_.erase(found);
  memoryBytes_ -= std::min(memoryBytes_, std::max(slot.worker->memoryBytes(), kNewWorker));
  auto named = byName_.find({slot.owner, slot.id});
  removeFrom(named->second, serial);
  if (named->second.empty()) byName_.erase(named);
  auto owned = byOwner_.find(slot.owner);
  removeFrom(owned->second, serial);
  if (owned->second.empty()) byOwner_.erase(owned);
  return slot;
}

void WorkerTable::evictSlot(Serial serial, const char* why) {
  if (!slots_.contains(serial)) return;  // as a child of another
  Slot slot = takeOut(serial);
  if (!slot.worker->concluded()) {
    slot.worker->evict(Error{ErrorCode::kCancelled, "the worker was evicted"});
    Worker* worker = slot.worker.get();
    dying_.emplace(worker, Dying{std::move(slot.worker), std::move(slot.id), why});
  }
  dropOwner(slot.children);
}

// The callbacks of a worker that was replaced or evicted come as well; such a one is in dying_.
void WorkerTable::onEnded(Serial serial, Worker& worker, const std::optional<RunError>& error) {
  const char* why = worker.failedToStart() ? "failed" : "died";
  std::string id;
  if (auto dying = dying_.find(&worker); dying != dying_.end()) {
    id = dying->second.id;
    why = dying->second.why;
    loop_.later([gone = std::move(dying->second.worker)] {});
    dying_.erase(dying);
  } else if (auto found = slots_.find(serial); found != slots_.end()) {
    id = found->second.id;
    OwnerId children = found->second.children;
    if (!found->second.kept || !worker.failedToStart()) {
      loop_.later([gone = takeOut(serial).worker] {});
    }
    dropOwner(children);
  }
  if (events_.onEnd) events_.onEnd(id, why, error);
  tellCleared();
}

// ---- host workers ----

void WorkerTable::onOpen(Serial serial, Worker::StreamId stream, wire::Open open) {
  auto found = slots_.find(serial);
  if (found == slots_.end()) return;
  std::shared_ptr<Worker> parent = found->second.worker;
  // Making room for the child must not evict its host.
  bool pinned = std::exchange(found->second.pinned, true);
  OwnerId children = found->second.children;
  auto entry = child(found->second, open);
  found = slots_.find(serial);
  if (found == slots_.end()) return dropOwner(children);  // it went with a host of its own
  found->second.pinned = pinned;
  if (!entry) return parent->refuseChild(stream, entry.error());
  std::string json;
  JsonObject(json).text("id", entry->id).text("hash", entry->worker->code().hash);
  // Nobody can reach it again once its session is over: its id is known to nobody, or its bindings are dead.
  bool forOneSession = open.id.empty() || (entry->fresh && entry->worker->code().isBound());
  std::function<void()> onOver;
  if (forOneSession) {
    onOver = [this, alive = alive_, worker = std::weak_ptr<Worker>(entry->worker)] {
      if (!*alive || worker.expired()) return;
      for (const auto& [child, slot] : slots_) {
        if (slot.worker == worker.lock()) return evictSlot(child, "owner");
      }
    };
  }
  ChildRelay::start(loop_, std::move(parent), stream, entry->worker, json, std::move(onOver));
}

Result<WorkerTable::Entry> WorkerTable::child(const Slot& host, const wire::Open& open) {
  if (!open.id.empty()) MAYFLY_TRY(checkWorkerId(open.id));
  if (open.documentJson.empty()) return findWithin(open.id, {}, host.children);
  if (host.depth >= kMaxDepth) return Error{ErrorCode::kLimit, "host workers are nested too deeply"};
  auto code =
      parseWorkerDocument(open.documentJson, options_.defaults, host.worker->code().program.limits, Bindings::kAllowed);
  if (!code) return std::move(code).error();
  OwnerId owner = host.children;
  unsigned depth = host.depth + 1;
  if (open.id.empty()) return make(randomId("w_"), std::move(code).value(), owner, false, depth);
  return getWithin(open.id, std::move(code).value(), owner, depth);
}

// ---- memory and idleness ----

void WorkerTable::armTick() {
  if (std::exchange(ticking_, true)) return;
  tickTimer_ = loop_.at(monotonicNow() + kTick, [this] {
    ticking_ = false;
    tick();
    if (!slots_.empty()) armTick();
  });
}

void WorkerTable::tick() {
  auto slot = slots_.upper_bound(lastSampled_);
  for (size_t i = 0; i < std::min(kSamplesPerTick, slots_.size()); ++i) {
    if (slot == slots_.end()) slot = slots_.begin();
    slot->second.worker->sampleMemory();
    slot->second.worker->tellIdleUsage();
    lastSampled_ = slot->first;
    ++slot;
  }
  memoryBytes_ = 0;
  std::vector<Serial> idle;
  MonotonicTime now = monotonicNow();
  for (const auto& [serial, each] : slots_) {
    const Worker& worker = *each.worker;
    bool settled = worker.state() != Worker::State::kStarting;
    memoryBytes_ += settled ? worker.memoryBytes() : std::max(worker.memoryBytes(), kNewWorker);
    bool old = now - worker.lastUsed() >= options_.idle;
    if (old && settled && worker.idle() && !each.pinned) idle.push_back(serial);
  }
  for (Serial serial : idle) evictSlot(serial, "idle");
  while (memoryBytes_ > options_.memoryBytes && evictOne()) {
  }
}

}  // namespace mayfly
