// SPDX-License-Identifier: Apache-2.0
#include "base/event_loop.h"

#include <sched.h>
#include <sys/epoll.h>

#include <algorithm>
#include <array>
#include <utility>

namespace mayfly {
namespace {

// An event names descriptor and generation: a number that was closed and reused in the same round is not confused.
epoll_event makeEvent(int fd, uint64_t generation, uint32_t events) {
  epoll_event event{};
  event.events = events;
  event.data.u64 = (generation << 32) | static_cast<uint32_t>(fd);
  return event;
}

}  // namespace

Result<std::unique_ptr<EventLoop>> EventLoop::create() {
  UniqueFd epoll(::epoll_create1(EPOLL_CLOEXEC));
  if (!epoll.valid()) return errnoError("epoll_create1");
  return std::unique_ptr<EventLoop>(new EventLoop(std::move(epoll)));
}

Result<void> EventLoop::watch(int fd, uint32_t events, Callback callback) {
  uint64_t generation = ++sequence_ & 0xffffffffU;
  epoll_event event = makeEvent(fd, generation, events);
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) != 0) return errnoError("epoll_ctl");
  watches_[fd] = std::make_shared<Watch>(Watch{generation, std::move(callback)});
  return {};
}

void EventLoop::rewatch(int fd, uint32_t events) {
  auto found = watches_.find(fd);
  MAYFLY_CHECK(found != watches_.end());
  epoll_event event = makeEvent(fd, found->second->generation, events);
  MAYFLY_CHECK(::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, fd, &event) == 0);
}

void EventLoop::unwatch(int fd) {
  if (watches_.erase(fd) == 0) return;
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr);
}

EventLoop::TimerId EventLoop::at(MonotonicTime when, std::function<void()> callback) {
  TimerId id{when, ++sequence_};
  timers_.emplace(id, std::move(callback));
  added();
  return id;
}

void EventLoop::cancel(TimerId id) { timers_.erase(id); }

void EventLoop::later(std::function<void()> callback) {
  deferred_.push_back(std::move(callback));
  added();
}

void EventLoop::expectSoon(MonotonicTime when) {
  pollUntil_ = when;
  added();
}

void EventLoop::added() {
  if (!inRound_ && addedFromOutside_) addedFromOutside_();
}

MonotonicTime EventLoop::nextDeadline() const {
  if (!deferred_.empty()) return monotonicNow();
  return timers_.empty() ? MonotonicTime::max() : timers_.begin()->first.first;
}

int EventLoop::millisUntil(MonotonicTime limit) const {
  if (!deferred_.empty()) return 0;
  MonotonicTime next = limit;
  if (!timers_.empty()) next = std::min(next, timers_.begin()->first.first);
  if (next == MonotonicTime::max()) return -1;
  auto left = std::chrono::ceil<std::chrono::milliseconds>(next - monotonicNow()).count();
  return static_cast<int>(std::clamp<int64_t>(left, 0, 60'000));
}

bool EventLoop::runTimers() {
  MonotonicTime now = monotonicNow();
  bool any = false;
  while (!timers_.empty() && timers_.begin()->first.first <= now) {
    auto callback = std::move(timers_.begin()->second);
    timers_.erase(timers_.begin());
    callback();
    any = true;
  }
  return any;
}

bool EventLoop::runDeferred() {
  auto batch = std::exchange(deferred_, {});
  for (auto& callback : batch) callback();
  return !batch.empty();
}

int EventLoop::wait(std::span<epoll_event> events, MonotonicTime limit) {
  int room = static_cast<int>(events.size());
  if (pollUntil_ != MonotonicTime{}) {
    MonotonicTime until = std::min(std::exchange(pollUntil_, MonotonicTime{}), limit);
    while (deferred_.empty() && monotonicNow() < until) {
      if (int count = ::epoll_wait(epoll_.get(), events.data(), room, 0); count != 0) return count;
      ::sched_yield();  // the one that is to answer may wait for this very processor
    }
  }
  return ::epoll_wait(epoll_.get(), events.data(), room, millisUntil(limit));
}

bool EventLoop::runOnce(MonotonicTime limit) {
  std::array<epoll_event, 64> events{};
  int count = wait(events, limit);
  bool outer = std::exchange(inRound_, true);
  for (int i = 0; i < count; ++i) {
    int fd = static_cast<int>(events[i].data.u64 & 0xffffffffU);
    auto found = watches_.find(fd);
    if (found == watches_.end() || found->second->generation != events[i].data.u64 >> 32) continue;
    std::shared_ptr<Watch> held = found->second;  // the callback may unwatch itself
    held->callback(events[i].events);
  }
  bool timers = runTimers();
  bool deferred = runDeferred();
  inRound_ = outer;
  return count > 0 || timers || deferred;
}

void EventLoop::runUntil(const std::function<bool()>& done, MonotonicTime limit) {
  while (!done() && monotonicNow() < limit) runOnce(limit);
}

}  // namespace mayfly
