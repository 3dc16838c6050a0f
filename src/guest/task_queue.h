// SPDX-License-Identifier: Apache-2.0
#pragma once

// Tasks of the event loop that wait for nothing but their turn (HTML standard, 8.1.7): messages between ports, events.
// They run in the order in which they were posted, and before every timer that is due later than they were posted.

#include <chrono>
#include <deque>

#include "guest/v8_api.h"

namespace mayfly::guest {

constexpr size_t kMaxTasks = 100'000;

class TaskQueue {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // False when too many wait already.
  bool post(v8::Isolate* isolate, v8::Local<v8::Function> task);

  [[nodiscard]] bool empty() const { return tasks_.empty(); }
  // When the next task was posted. There must be one.
  [[nodiscard]] Time nextTime() const { return tasks_.front().posted; }

  // Runs the next task. What it throws is an uncaught error.
  void runNext(v8::Local<v8::Context> context);

 private:
  struct Task {
    v8::Global<v8::Function> function;
    v8::Global<v8::Data> continuation;  // what AsyncLocalStorage held where it was posted
    Time posted;
  };
  std::deque<Task> tasks_;
};

}  // namespace mayfly::guest
