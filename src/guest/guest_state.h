// SPDX-License-Identifier: Apache-2.0
#pragma once

// What native functions of this process need to find: one per isolate, in its data slot. In the zygote there is no
// channel, and what the warm-up logs goes nowhere.

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "guest/daemon_channel.h"
#include "guest/task_queue.h"
#include "guest/timer_queue.h"
#include "guest/v8_api.h"

namespace mayfly::guest {

class ClockPlatform;
class ModuleMap;
class ServeLoop;

// A rejected promise that nothing handles yet (HTML standard, 8.1.4.7).
struct UnhandledRejection {
  v8::Global<v8::Promise> promise;
  v8::Global<v8::Value> reason;
  v8::Global<v8::Message> message;
  uint64_t stream = 0;  // of the call that it belongs to
};

// An error that nobody caught: thrown by a microtask, a timer or a task, or reported by reportError.
struct UncaughtError {
  v8::Global<v8::Value> thrown;
  v8::Global<v8::Message> message;
  uint64_t stream = 0;
};

// Where a line of the main module stands further right than the author wrote it (last_expression.h).
struct MovedText {
  std::string module;
  uint32_t line = 0;
  uint32_t column = 0;
  uint32_t by = 0;
};

// What may still be logged. That of something without an end is filled again from time to time.
struct LogBudget {
  uint64_t bytesLeft = 0;
  uint64_t refill = 0;  // 0: never
  bool truncated = false;
  std::chrono::steady_clock::time_point since{};
};

struct GuestState {
  ClockPlatform* clock = nullptr;
  DaemonChannel* channel = nullptr;
  ModuleMap* modules = nullptr;
  ServeLoop* worker = nullptr;  // when the guest serves
  TimerQueue timers;
  TaskQueue tasks;
  std::vector<UnhandledRejection> rejections;
  std::vector<v8::Global<v8::Promise>> excused;      // rejections that the program's listener has dealt with
  std::vector<v8::Global<v8::Promise>> handledLate;  // of these, the ones that were handled since
  std::optional<UncaughtError> uncaught;             // the first one
  v8::Global<v8::Function> reporter;                 // see error_events.h; empty until the program listens
  double originMillis = 0;                           // performance.timeOrigin

  bool jitless = false;
  const wire::Job* job = nullptr;
  bool workers = false;                           // the program has seen WorkerEntrypoint
  bool compilesRecord = false;                    // WebAssembly of the record is being compiled by us
  std::vector<v8::Global<v8::Promise>> waitsFor;  // given to waitUntil
  std::optional<MovedText> moved;

  void forgetRejection(v8::Local<v8::Promise> promise) {
    std::erase_if(rejections, [&](const UnhandledRejection& entry) { return entry.promise == promise; });
  }

  v8::Global<v8::ObjectTemplate> callData;  // see call_scope.h

  // Logs.
  LogBudget log;                                       // of the program as a whole
  std::unordered_map<uint64_t, LogBudget> streamLogs;  // of each stream that is open
  uint32_t logIndent = 0;
  std::unordered_map<std::string, uint32_t> counts;
  std::unordered_map<std::string, double> clocks;
};

constexpr uint32_t kStateSlot = 0;

inline GuestState& stateOf(v8::Isolate* isolate) { return *static_cast<GuestState*>(isolate->GetData(kStateSlot)); }

}  // namespace mayfly::guest
