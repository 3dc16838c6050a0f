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

  // The number that JavaScript gets; nothing when too many wait already.
  std::optional<uint32_t> add(v8::Isolate* isolate, v8::Local<v8::Function> callback,
                              const std::vector<v8::Local<v8::Value>>& arguments, double delayMillis, bool repeat);
  void remove(uint32_t id);

  [[nodiscard]] bool empty() const { return byTime_.empty(); }
  [[nodiscard]] size_t size() const { return byTime_.size(); }
  // The first deadline. There must be one.
  [[nodiscard]] Time nextTime() const { return byTime_.begin()->first.first; }
  // Milliseconds until the first deadline, rounded up; 0 when it is due.
  [[nodiscard]] int millisUntilNext() const;

  // Runs the first timer that is due at `now`. False when none is. Exceptions are left in the isolate for the caller's
  // TryCatch.
  bool runNext(v8::Local<v8::Context> context, Time now);

  void clear();

 private:
  struct Timer {
    v8::Global<v8::Function> callback;
    std::vector<v8::Global<v8::Value>> arguments;
    std::chrono::milliseconds delay{};
    bool repeat = false;
    Time due;
    uint64_t order = 0;
  };
  void schedule(uint32_t id, Timer& timer);

  std::unordered_map<uint32_t, Timer> timers_;
  std::map<std::pair<Time, uint64_t>, uint32_t> byTime_;
  uint32_t lastId_ = 0;
  uint64_t order_ = 0;
};

// setTimeout, setInterval, clearTimeout, clearInterval on the global.
void installTimers(v8::Local<v8::Context> context);

}  // namespace mayfly::guest
