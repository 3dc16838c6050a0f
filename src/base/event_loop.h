// SPDX-License-Identifier: Apache-2.0
#pragma once

// One thread's event loop: descriptors by epoll, deadlines by a sorted map. Objects belong to the thread that
// runs the loop; nothing here is locked. Callbacks may add and remove anything, themselves included.

#include <sys/epoll.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/unique_fd.h"

namespace mayfly {

class EventLoop {
 public:
  using Callback = std::function<void(uint32_t events)>;  // EPOLLIN, EPOLLOUT, EPOLLHUP, ...
  using TimerId = std::pair<MonotonicTime, uint64_t>;

  static Result<std::unique_ptr<EventLoop>> create();

  // Watches `fd` until unwatch(). The loop borrows it.
  Result<void> watch(int fd, uint32_t events, Callback callback);
  void rewatch(int fd, uint32_t events);
  void unwatch(int fd);

  // Runs `callback` once, not before `when`. Resolution: a millisecond.
  TimerId at(MonotonicTime when, std::function<void()> callback);
  void cancel(TimerId id);

  // Runs `callback` after the callback that is running now has returned.
  void later(std::function<void()> callback);

  // Polls instead of sleeping until `when`: for an answer that is due within microseconds, where waking this thread
  // would take longer than the answer. Ends with the first round that had an event.
  void expectSoon(MonotonicTime when);

  // Waits for one round of events, at most until `limit`, and dispatches them. Whether there was anything to do.
  bool runOnce(MonotonicTime limit = MonotonicTime::max());
  // Rounds until `done` says so.
  void runUntil(const std::function<bool()>& done, MonotonicTime limit = MonotonicTime::max());

  // ---- for a loop around this one (api/loop_bridge.h), which calls runOnce(now) when there is something to do ----

  // Readable when a round would have events.
  [[nodiscard]] int descriptor() const { return epoll_.get(); }
  // When the next round has to be even without events: now when work is deferred, max() when nothing is due.
  [[nodiscard]] MonotonicTime nextDeadline() const;
  // Until when expectSoon() asks for polling. Reading it forgets it: the caller polls.
  MonotonicTime takePollUntil() { return std::exchange(pollUntil_, MonotonicTime{}); }
  // `hook` is called whenever a timer, deferred work or the wish to poll is added from outside of runOnce().
  void onAddedFromOutside(std::function<void()> hook) { addedFromOutside_ = std::move(hook); }

 private:
  explicit EventLoop(UniqueFd epoll) : epoll_(std::move(epoll)) {}
  [[nodiscard]] int millisUntil(MonotonicTime limit) const;
  int wait(std::span<epoll_event> events, MonotonicTime limit);
  bool runTimers();
  bool runDeferred();
  void added();

  struct Watch {
    uint64_t generation;
    Callback callback;
  };

  UniqueFd epoll_;
  std::unordered_map<int, std::shared_ptr<Watch>> watches_;
  std::map<TimerId, std::function<void()>> timers_;
  std::vector<std::function<void()>> deferred_;
  uint64_t sequence_ = 0;
  MonotonicTime pollUntil_{};
  std::function<void()> addedFromOutside_;
  bool inRound_ = false;
};

}  // namespace mayfly
