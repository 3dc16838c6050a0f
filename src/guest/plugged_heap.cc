// SPDX-License-Identifier: Apache-2.0
#include "guest/plugged_heap.h"

#include <malloc.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>

namespace mayfly::guest {
namespace {

constexpr size_t kLargestHole = 256U << 10U;
constexpr size_t kLargestSmall = 1040;  // up to here malloc keeps a list for every size
constexpr size_t kSmallStep = 16;
constexpr size_t kSpareTop = 512U << 10U;  // kept ready behind the last block

// Where the never used rest of the heap begins: all that lies below is in use or a hole.
uintptr_t endOfUsed() { return reinterpret_cast<uintptr_t>(::sbrk(0)) - ::mallinfo2().keepcost; }

// Takes every hole of that size. The block that no hole had room for is given back.
void fill(size_t size, uintptr_t end) {
  for (;;) {
    void* block = ::malloc(size);
    if (block == nullptr) return;
    if (reinterpret_cast<uintptr_t>(block) >= end) return ::free(block);
  }
}

}  // namespace

void plugHeap() {
  ::mallopt(M_MXFAST, 0);  // a freed block is joined with its neighbours at once, not some time later in a child
  ::mallopt(M_MMAP_THRESHOLD, 2 * kLargestHole);
  ::mallopt(M_TRIM_THRESHOLD, 4 * kSpareTop);
  ::mallopt(M_TOP_PAD, kSpareTop);
  ::malloc_trim(kSpareTop);
  uintptr_t end = endOfUsed();
  for (size_t size = kLargestHole; size > kLargestSmall; size -= size / 8) fill(size, end);
  for (size_t size = kLargestSmall; size >= kSmallStep; size -= kSmallStep) fill(size, end);
}

}  // namespace mayfly::guest
