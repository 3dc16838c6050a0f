// SPDX-License-Identifier: Apache-2.0
#pragma once

// setTimeout and its kin (HTML standard, 8.6 Timers). Deadlines are counted on the monotonic clock; equal ones run in
// the order in which they were set. At most kMaxTimers wait at once.

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <unordered_map>
#include <vector>

#include "guest/v8_api.h"

namespace mayfly::guest {

constexpr size_t kMaxTimers = 10'000;

class TimerQueue {
 public:
  using Time = std::chrono::steady_clock::time_point;

  struct Request {
    v8::Local<v8::Function> callback{};
    std::vector<v8::Local<v8::Value>> arguments{};
    std::chrono::milliseconds delay{};
    bool repeat = false;
    bool held = true;  // keeps the program waiting for it
  };

  // The number that JavaScript gets; nothing when too many wait already.
  std::optional<uint32_t> add(v8::Isolate* isolate, const Request& request);
  void remove(uint32_t id);
  // Whether a program waits for that timer when it has nothing else to wait for.
  void hold(uint32_t id, bool held);

  // How many timers a program waits for.
  [[nodiscard]] size_t heldCount() const { return held_; }
  [[nodiscard]] bool empty() const { return byTime_.empty(); }
  // The first deadline. There must be one.
  [[nodiscard]] Time nextTime() const { return byTime_.begin()->first.first; }
  // Milliseconds until the first deadline, rounded up; 0 when it is due.
  [[nodiscard]] int millisUntilNext() const;

  // Runs the first timer that is due at `now`. False when none is. What its callback throws is an uncaught error.
  bool runNext(v8::Local<v8::Context> context, Time now);
  // The loop goes on to something that no timer started.
  void leaveTimer() { nesting_ = 0; }

 private:
  struct Timer {
    v8::Global<v8::Function> callback;
    std::vector<v8::Global<v8::Value>> arguments;
    v8::Global<v8::Data> continuation;  // what AsyncLocalStorage held where the timer was set
    std::chrono::milliseconds delay{};
    bool repeat = false;
    bool held = true;
    uint32_t nesting = 0;
    Time due;
    uint64_t order = 0;
  };
  void schedule(uint32_t id, Timer& timer);

  std::unordered_map<uint32_t, Timer> timers_;
  std::map<std::pair<Time, uint64_t>, uint32_t> byTime_;
  size_t held_ = 0;
  uint32_t lastId_ = 0;
  uint32_t nesting_ = 0;  // of the timer that runs now
  uint64_t order_ = 0;
};

// setTimeout, setInterval, clearTimeout, clearInterval on the global.
void installTimers(v8::Local<v8::Context> context);

}  // namespace mayfly::guest
