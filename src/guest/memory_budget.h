// SPDX-License-Identifier: Apache-2.0
#pragma once

// The inner rings of the memory limit: V8's heap limit and the ArrayBuffer budget answer early and clearly, with a
// RangeError where the language has one. The outer ring is the kernel's (kernel_limits.h sets RLIMIT_DATA), and it
// holds even when V8 is lost.

#include <atomic>
#include <cstddef>

#include "guest/v8_api.h"

namespace mayfly::guest {

// How a guest says on its way out that memory ran out. The daemon believes the number no more than any other word.
constexpr int kExitOutOfMemory = 86;
constexpr int kExitFatal = 87;

// Zeroed memory up to a budget; nullptr, which V8 turns into a RangeError, past it.
class BudgetAllocator final : public v8::ArrayBuffer::Allocator {
 public:
  void setBudget(size_t bytes);

  void* Allocate(size_t length) override;
  void* AllocateUninitialized(size_t length) override { return Allocate(length); }
  void Free(void* data, size_t length) override;

 private:
  size_t budget_ = SIZE_MAX;
  size_t used_ = 0;
};

// Lowers the isolate's heap limit to `bytes`. When the heap comes near it the process ends with kExitOutOfMemory.
void limitHeap(v8::Isolate* isolate, size_t bytes);

// V8's fatal errors end the process with a distinct status instead of printing addresses.
void installFatalHandlers(v8::Isolate* isolate);

}  // namespace mayfly::guest
