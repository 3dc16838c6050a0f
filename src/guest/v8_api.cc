// SPDX-License-Identifier: Apache-2.0
#include "guest/v8_api.h"

#include <algorithm>

// absl/synchronization/mutex.h; weak, because another provider may be built without it.
namespace absl {
enum class OnDeadlockCycle { kIgnore, kReport, kAbort };
__attribute__((weak)) void SetMutexDeadlockDetectionMode(OnDeadlockCycle mode);
}  // namespace absl

namespace mayfly::guest {

void stopDeadlockSearch() {
  if (absl::SetMutexDeadlockDetectionMode != nullptr)
    absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
}

std::string utf8Text(v8::Isolate* isolate, v8::Local<v8::String> text, size_t cap) {
  size_t size = std::min(text->Utf8LengthV2(isolate), cap);
  std::string bytes(size, '\0');
  // With a cap that falls into a character V8 writes whole characters only and says how many bytes that were.
  size_t written = text->WriteUtf8V2(isolate, bytes.data(), size, v8::String::WriteFlags::kReplaceInvalidUtf8);
  bytes.resize(written);
  return bytes;
}

void defineMethod(v8::Local<v8::Context> context, v8::Local<v8::Object> target, const char* name,
                  v8::FunctionCallback callback, int length, v8::PropertyAttribute attributes) {
  v8::Isolate* isolate = v8::Isolate::GetCurrent();
  v8::Local<v8::Function> function =
      v8::Function::New(context, callback, v8::Local<v8::Value>(), length, v8::ConstructorBehavior::kThrow)
          .ToLocalChecked();
  v8::Local<v8::String> key = v8Name(isolate, name);
  function->SetName(key);
  target->DefineOwnProperty(context, key, function, attributes).Check();
}

}  // namespace mayfly::guest
