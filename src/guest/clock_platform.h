// SPDX-License-Identifier: Apache-2.0
#pragma once

// The platform of a guest's isolate: V8's own single-threaded one, but with a wall clock that stands still while the
// program computes and moves only when the event loop wakes (security.md group C). Date, Intl and Temporal read it.

#include <memory>

#include "guest/v8_api.h"

namespace mayfly::guest {

class ClockPlatform final : public v8::Platform {
 public:
  explicit ClockPlatform(std::unique_ptr<v8::Platform> inner) : inner_(std::move(inner)) {}

  // Whole milliseconds since 1970.
  void setMillis(double millis) { millis_ = millis; }
  [[nodiscard]] double millis() const { return millis_; }

  // Runs the tasks that V8 posted to itself (finalisation, code flushing).
  void pump(v8::Isolate* isolate);

  v8::PageAllocator* GetPageAllocator() override { return inner_->GetPageAllocator(); }
  v8::ThreadIsolatedAllocator* GetThreadIsolatedAllocator() override { return inner_->GetThreadIsolatedAllocator(); }
  void OnCriticalMemoryPressure() override { inner_->OnCriticalMemoryPressure(); }
  int NumberOfWorkerThreads() override { return inner_->NumberOfWorkerThreads(); }
  std::shared_ptr<v8::TaskRunner> GetForegroundTaskRunner(v8::Isolate* isolate, v8::TaskPriority priority) override {
    return inner_->GetForegroundTaskRunner(isolate, priority);
  }
  bool IdleTasksEnabled(v8::Isolate* isolate) override { return inner_->IdleTasksEnabled(isolate); }
  double MonotonicallyIncreasingTime() override { return inner_->MonotonicallyIncreasingTime(); }
  int64_t CurrentClockTimeMilliseconds() override { return static_cast<int64_t>(millis_); }
  double CurrentClockTimeMillis() override { return millis_; }
  double CurrentClockTimeMillisecondsHighResolution() override { return millis_; }
  v8::TracingController* GetTracingController() override { return inner_->GetTracingController(); }

 private:
  std::unique_ptr<v8::JobHandle> CreateJobImpl(v8::TaskPriority priority, std::unique_ptr<v8::JobTask> task,
                                               const v8::SourceLocation& location) override {
    return inner_->CreateJob(priority, std::move(task), location);
  }
  void PostTaskOnWorkerThreadImpl(v8::TaskPriority priority, std::unique_ptr<v8::Task> task,
                                  const v8::SourceLocation& location) override;
  void PostDelayedTaskOnWorkerThreadImpl(v8::TaskPriority priority, std::unique_ptr<v8::Task> task, double delay,
                                         const v8::SourceLocation& location) override;

  std::unique_ptr<v8::Platform> inner_;
  double millis_ = 0;
};

}  // namespace mayfly::guest
