// SPDX-License-Identifier: Apache-2.0
#include "scheduler/zygote_pool.h"

#include <unistd.h>

#include <algorithm>
#include <utility>

namespace mayfly {
namespace {

constexpr std::chrono::milliseconds kQuiet{5};

// After this many failures in a row requests are refused at once instead of waiting for a zygote that does not come.
constexpr unsigned kGiveUpAfter = 3;

std::chrono::milliseconds backoff(unsigned failures) {
  return std::chrono::milliseconds(std::min(50U << std::min(failures, 10U), 30'000U));
}

std::string groupName() {
  static uint64_t sequence = 0;
  return "mayfly-" + std::to_string(::getpid()) + "-" + std::to_string(++sequence);
}

}  // namespace

ZygotePool::ZygotePool(EventLoop& loop, ZygotePoolOptions options, const CgroupRoot& cgroups)
    : loop_(loop), options_(std::move(options)), cgroups_(cgroups) {}

ZygotePool::~ZygotePool() {
  loop_.cancel(restartTimer_);
  loop_.cancel(refillTimer_);
  spares_.clear();
}

void ZygotePool::warm() {
  if (current_ == nullptr && !restarting_) startZygote();
}

void ZygotePool::startZygote() {
  restarting_ = false;
  // The callbacks name the zygote that they belong to; by the time they run it may have been retired.
  auto self = std::make_shared<Zygote*>(nullptr);
  Zygote::Callbacks callbacks;
  callbacks.onReady = [this] { onReady(); };
  callbacks.onGone = [this, self](const Error& error) { onGone(*self, error); };
  callbacks.onIdle = [this] { loop_.later(lifetime_.guard([this] { dropIdleRetired(); })); };
  auto zygote = Zygote::start(loop_, options_.process, Cgroup::create(cgroups_, groupName(), options_.cgroupLimits),
                              std::move(callbacks));
  if (!zygote) return onGone(nullptr, zygote.error());
  *self = zygote->get();
  current_ = std::move(zygote).value();
}

void ZygotePool::onReady() {
  failuresInARow_ = 0;
  lastFailure_.reset();
  serveWaiters();
  refill();
}

void ZygotePool::onGone(Zygote* zygote, const Error& error) {
  auto retired = std::find_if(retired_.begin(), retired_.end(), [&](const auto& each) { return each.get() == zygote; });
  if (retired != retired_.end()) {
    retired_.erase(retired);
    return;
  }
  std::erase_if(spares_, [](const auto& guest) { return guest->ended(); });
  current_.reset();
  lastFailure_ = error;
  ++failuresInARow_;
  // A seal that cannot be made will not be made next time either.
  bool hopeless = error.code == ErrorCode::kSeal || failuresInARow_ >= kGiveUpAfter;
  if (hopeless) {
    for (auto& [limits, waiter] : std::exchange(waiters_, {})) waiter(error, false);
  }
  if (error.code == ErrorCode::kSeal) return;
  restarting_ = true;
  restartTimer_ = loop_.at(monotonicNow() + backoff(failuresInARow_), [this] { startZygote(); });
}

void ZygotePool::retireIfWorn() {
  if (current() == nullptr) return;
  bool worn = current_->forks() >= options_.maxForks || monotonicNow() - current_->born() >= options_.maxAge;
  if (!worn) return;
  spares_.clear();
  retired_.push_back(std::move(current_));
  loop_.later(lifetime_.guard([this] { dropIdleRetired(); }));
  startZygote();
}

void ZygotePool::dropIdleRetired() {
  std::erase_if(retired_, [](const auto& zygote) { return zygote->liveGuests() == 0; });
}

void ZygotePool::acquire(const wire::GuestLimits& limits, Waiter waiter) {
  retireIfWorn();
  lastAcquired_ = monotonicNow();
  if (limits == options_.spareLimits) {
    if (auto spare = takeSpare()) return waiter(std::move(spare), true);
  }
  warm();
  if (current() != nullptr) return waiter(Guest::fork(loop_, *current_, limits, 0), false);
  if (lastFailure_ && (lastFailure_->code == ErrorCode::kSeal || failuresInARow_ >= kGiveUpAfter)) {
    return waiter(Error{*lastFailure_}, false);
  }
  waiters_.emplace_back(limits, std::move(waiter));
}

std::unique_ptr<Guest> ZygotePool::takeSpare() {
  std::erase_if(spares_, [](const auto& guest) { return guest->ended(); });
  if (spares_.empty()) return nullptr;
  // The one that rehearsed last has most of its memory in the caches still; else the one that will be ready first.
  auto chosen = std::find_if(spares_.rbegin(), spares_.rend(), [](const auto& guest) { return guest->rehearsed(); });
  auto place = chosen == spares_.rend() ? spares_.begin() : std::prev(chosen.base());
  auto spare = std::move(*place);
  spares_.erase(place);
  return spare;
}

void ZygotePool::serveWaiters() {
  for (auto& [limits, waiter] : std::exchange(waiters_, {})) {
    if (current() == nullptr) {
      waiters_.emplace_back(limits, std::move(waiter));
    } else {
      waiter(Guest::fork(loop_, *current_, limits, 0), false);
    }
  }
}

Result<std::unique_ptr<Guest>> ZygotePool::forkFloor() {
  if (current() == nullptr) return Error{ErrorCode::kUnavailable, "no zygote is ready"};
  return Guest::fork(loop_, *current_, options_.spareLimits, wire::kForkFloor);
}

void ZygotePool::setSpares(size_t count) {
  if (count == options_.spares) return;
  options_.spares = count;
  while (spares_.size() > count) spares_.pop_back();
  refillWhenQuiet();
}

size_t ZygotePool::sparesReady() const {
  return static_cast<size_t>(
      std::count_if(spares_.begin(), spares_.end(), [](const auto& guest) { return guest->rehearsed(); }));
}

void ZygotePool::refillWhenQuiet() {
  if (refillDue_ || options_.spares == 0) return;
  refillDue_ = true;
  refillTimer_ = loop_.at(std::max(lastAcquired_ + kQuiet, monotonicNow()), [this] {
    refillDue_ = false;
    if (monotonicNow() < lastAcquired_ + kQuiet) return refillWhenQuiet();
    refill();
  });
}

void ZygotePool::refill() {
  std::erase_if(spares_, [](const auto& guest) { return guest->ended(); });
  while (current() != nullptr && spares_.size() < options_.spares) {
    auto spare = Guest::fork(loop_, *current_, options_.spareLimits, wire::kForkSpare);
    if (!spare) return;  // busy: the next job tries again
    spares_.push_back(std::move(spare).value());
  }
}

}  // namespace mayfly
