// SPDX-License-Identifier: Apache-2.0
#include "guest/memory_budget.h"

#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <new>

namespace mayfly::guest {
namespace {

// V8 marks small on-heap typed arrays to be moved out later and crashes when that fails, so small requests always pass;
// RLIMIT_DATA bounds their sum.
constexpr size_t kAlwaysGranted = 4096;

// V8 also asks in its last collection before it refuses a buffer with a RangeError. Then the heap is far from its
// limit, and keeps the one it has. If it is the heap after all, V8 goes on to outOfMemory().
size_t nearHeapLimit(void* data, size_t current, size_t initial) {
  (void)initial;
  v8::HeapStatistics heap;
  static_cast<v8::Isolate*>(data)->GetHeapStatistics(&heap);
  if (heap.used_heap_size() < current / 4 * 3) return current;
  ::_exit(kExitOutOfMemory);
}

// A failed check in V8, most often a table that would have to be larger than V8 can make it.
void failedCheck(const char* file, int line, const char* message) {
  (void)file;
  (void)line;
  bool tooLarge = message != nullptr && std::strstr(message, "invalid size") != nullptr;
  ::_exit(tooLarge ? kExitOutOfMemory : kExitFatal);
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

void BudgetAllocator::setBudget(size_t bytes) { budget_ = bytes; }

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
  isolate->AddNearHeapLimitCallback(nearHeapLimit, isolate);
  isolate->RemoveNearHeapLimitCallback(nearHeapLimit, bytes);
  isolate->AddNearHeapLimitCallback(nearHeapLimit, isolate);
}

void installFatalHandlers(v8::Isolate* isolate) {
  isolate->SetFatalErrorHandler(fatalError);
  isolate->SetOOMErrorHandler(outOfMemory);
  v8::V8::SetFatalMemoryErrorCallback(outOfMemory);
  v8::V8::SetFatalErrorHandler(failedCheck);
  std::set_new_handler([] { ::_exit(kExitOutOfMemory); });
}

}  // namespace mayfly::guest
