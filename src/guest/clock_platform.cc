// SPDX-License-Identifier: Apache-2.0
#include "guest/clock_platform.h"

namespace mayfly::guest {

void ClockPlatform::pump(v8::Isolate* isolate) {
  while (v8::platform::PumpMessageLoop(inner_.get(), isolate)) {
  }
}

void ClockPlatform::PostTaskOnWorkerThreadImpl(v8::TaskPriority priority, std::unique_ptr<v8::Task> task,
                                               const v8::SourceLocation& location) {
  inner_->CallOnWorkerThread(std::move(task), location);
  (void)priority;
}

void ClockPlatform::PostDelayedTaskOnWorkerThreadImpl(v8::TaskPriority priority, std::unique_ptr<v8::Task> task,
                                                      double delay, const v8::SourceLocation& location) {
  inner_->CallDelayedOnWorkerThread(std::move(task), delay, location);
  (void)priority;
}

}  // namespace mayfly::guest
