// SPDX-License-Identifier: Apache-2.0
// The part of a worker that watches what its process uses.

#include <algorithm>
#include <utility>

#include "scheduler/process_clock.h"
#include "scheduler/verdict.h"
#include "workers/worker.h"

namespace mayfly {
namespace {

using std::chrono::milliseconds;

// The shortest pause between two looks at the clock, and the longest: the time by which a loop may outlive its
// allowance. Nobody waits for an idle worker, and there may be thousands.
constexpr Nanoseconds kShortPause = milliseconds(1);
constexpr Nanoseconds kLongPause = milliseconds(50);
constexpr Nanoseconds kIdlePause = milliseconds(1000);

// Looking at the memory takes as long as a small call.
constexpr auto kMemoryPause = milliseconds(100);
// Pages that a guest has copied from its zygote; to count them would take a walk through all of its memory.
constexpr uint64_t kCopiedBytes = 512U << 10U;

}  // namespace

void Worker::account() {
  if (guest_ == nullptr) return;
  MonotonicTime now = monotonicNow();
  uint64_t used = cpuNanosOf(guest_->pid());
  cpu_.account(used, now);
  if (now - memorySampled_ >= kMemoryPause) sampleMemory();
  meter_.account(used, memoryBytes_, now);
}

uint64_t Worker::sampleMemory() {
  memorySampled_ = monotonicNow();
  if (guest_ == nullptr || guest_->pid() == 0) return memoryBytes_;
  uint64_t resident = residentBytesOf(guest_->pid());
  memoryBytes_ = kCopiedBytes + resident - std::min(resident, guest_->zygote().baselineResidentBytes());
  return memoryBytes_;
}

// A process runs on one processor at a time, so its allowance lasts at least as long by the wall clock. One that has
// not moved since the last look is looked at less often.
void Worker::watchCpu() {
  if (stopped_ || guest_ == nullptr || guest_->pid() == 0) return;
  loop_.cancel(cpuTimer_);
  Nanoseconds longest = activities_.empty() && state_ == State::kWarm ? kIdlePause : kLongPause;
  Nanoseconds pause = std::clamp(cpuPause_, kShortPause, longest);
  cpuPause_ = std::max(pause, cpu_.left());
  cpuTimer_ = loop_.at(monotonicNow() + cpuPause_, [this] { guarded([&] { onCpuTimer(); }); });
}

void Worker::onCpuTimer() {
  uint64_t before = cpu_.used();
  account();
  if (cpu_.spent()) {
    RunError error;
    error.code = ErrorCode::kCpu;
    refineLimitError(error, code_.program.limits);
    return stop(error, error);
  }
  constexpr uint64_t kAsleep = 100'000;
  cpuPause_ = cpu_.used() - before < kAsleep ? cpuPause_ * 2 : Nanoseconds{0};
  watchCpu();
}

void Worker::startWallClock(StreamId id, Activity& activity) {
  bool bounded = activity.kind == StreamKind::kCall || activity.kind == StreamKind::kFetch;
  if (!bounded || state_ != State::kWarm) return;
  loop_.cancel(activity.wallTimer);
  activity.wallTimer = loop_.at(monotonicNow() + activity.limits.wall, [this, id] { guarded([&] { onWall(id); }); });
}

void Worker::onWall(StreamId id) {
  auto found = activities_.find(id);
  if (found == activities_.end()) return;
  RunError error = limitError(ErrorCode::kWall, "wallMs",
                              "the call was not answered after " + std::to_string(found->second.limits.wall.count()) +
                                  " ms of wall clock time; raise wallMs or do less waiting");
  streams_.forget(id);
  emit(id, wire::FrameType::kReset, error.message);
  finish(id, std::move(error), Deliver::kNow);
}

void Worker::tellIdleUsage() {
  Usage usage = meter_.takeIdle();
  if (events_.onIdleUsage && (usage.cpuUserNanos > 0 || usage.memoryByteMillis > 0)) events_.onIdleUsage(*this, usage);
}

}  // namespace mayfly
