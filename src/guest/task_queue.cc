// SPDX-License-Identifier: Apache-2.0
#include "guest/task_queue.h"

namespace mayfly::guest {

bool TaskQueue::post(v8::Isolate* isolate, v8::Local<v8::Function> task) {
  if (tasks_.size() >= kMaxTasks) return false;
  tasks_.push_back({.function = v8::Global<v8::Function>(isolate, task),
                    .continuation = {isolate, isolate->GetContinuationPreservedEmbedderDataV2()},
                    .posted = std::chrono::steady_clock::now()});
  return true;
}

void TaskQueue::runNext(v8::Local<v8::Context> context) {
  v8::Isolate* isolate = v8::Isolate::GetCurrent();
  v8::HandleScope scope(isolate);
  v8::Local<v8::Function> function = tasks_.front().function.Get(isolate);
  isolate->SetContinuationPreservedEmbedderDataV2(tasks_.front().continuation.Get(isolate));
  tasks_.pop_front();
  v8::TryCatch uncaught(isolate);
  uncaught.SetVerbose(true);
  [[maybe_unused]] auto result = function->Call(context, v8::Undefined(isolate), 0, nullptr);
  isolate->SetContinuationPreservedEmbedderDataV2(v8::Undefined(isolate));
}

}  // namespace mayfly::guest
