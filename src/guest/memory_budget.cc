// SPDX-License-Identifier: Apache-2.0
#include "guest/memory_budget.h"

#include <unistd.h>

#include <cstdlib>
#include <new>

namespace mayfly::guest {
namespace {

// V8 marks small on-heap typed arrays to be moved out later and crashes when that fails, so small requests always pass;
// RLIMIT_DATA bounds their sum.
constexpr size_t kAlwaysGranted = 4096;

size_t nearHeapLimit(void* data, size_t current, size_t initial) {
  (void)data;
  (void)current;
  (void)initial;
  ::_exit(kExitOutOfMemory);
}

void outOfMemory(const char* location, const v8::OOMDetails& details) {
  (void)location;
  (void)details;
  ::_exit(kExitOutOfMemory);
}

void fatalError(const char* location, const char* message) {
  (void)location;
  (void)message;
  ::_exit(kExitFatal);
}

}  // namespace

void* BudgetAllocator::Allocate(size_t length) {
  if (length > kAlwaysGranted && (length > budget_ || used_ > budget_ - length)) return nullptr;
  void* data = std::calloc(length, 1);
  if (data != nullptr) {
    used_ += length;
  } else if (length <= kAlwaysGranted) {
    ::_exit(kExitOutOfMemory);  // V8 would crash on the nullptr
  }
  return data;
}

void BudgetAllocator::Free(void* data, size_t length) {
  used_ -= length;
  std::free(data);
}

void limitHeap(v8::Isolate* isolate, size_t bytes) {
  // Removing a callback is V8's one way to lower a running isolate's limit (Heap::RestoreHeapLimit).
  isolate->AddNearHeapLimitCallback(nearHeapLimit, nullptr);
  isolate->RemoveNearHeapLimitCallback(nearHeapLimit, bytes);
  isolate->AddNearHeapLimitCallback(nearHeapLimit, nullptr);
}

void installFatalHandlers(v8::Isolate* isolate) {
  isolate->SetFatalErrorHandler(fatalError);
  isolate->SetOOMErrorHandler(outOfMemory);
  v8::V8::SetFatalMemoryErrorCallback(outOfMemory);
  std::set_new_handler([] { ::_exit(kExitOutOfMemory); });
}

}  // namespace mayfly::guest
