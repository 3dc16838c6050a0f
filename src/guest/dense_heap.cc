// SPDX-License-Identifier: Apache-2.0
#include "guest/dense_heap.h"

#include <sys/mman.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>

namespace {

constexpr uintptr_t kGranule = 64U << 10U;   // a mapping of V8 is a multiple of it, and so is its alignment
constexpr size_t kLargestMoved = 4U << 20U;  // reservations such as the code range have reasons of their own
constexpr uintptr_t kLowest = uintptr_t{1} << 40U;
constexpr uintptr_t kChoice = uintptr_t{1} << 46U;
constexpr uintptr_t kRegion = uintptr_t{1} << 30U;  // one page of the middle table

uintptr_t randomRegion() {
  uint64_t random = 0;
  if (::getrandom(&random, sizeof random, 0) != sizeof random) return 0;
  return (kLowest + random % kChoice) / kRegion * kRegion;
}

// Where the next small mapping is asked for.
uintptr_t nextPlace(size_t length) {
  static std::atomic<uintptr_t> next{randomRegion()};
  return next.fetch_add((length + kGranule - 1) / kGranule * kGranule, std::memory_order_relaxed);
}

void* mapDensely(void* hint, size_t length, int protection, int flags, int fd, off_t offset) {
  constexpr int kOwnIdea = MAP_FIXED | MAP_FIXED_NOREPLACE;
  if (hint != nullptr && fd == -1 && (flags & kOwnIdea) == 0 && length <= kLargestMoved)
    hint = reinterpret_cast<void*>(nextPlace(length));
  return reinterpret_cast<void*>(::syscall(SYS_mmap, hint, length, protection, flags, fd, offset));
}

}  // namespace

extern "C" {

__attribute__((visibility("default"))) void* mmap(void* hint, size_t length, int protection, int flags, int fd,
                                                  off_t offset) noexcept {
  return mapDensely(hint, length, protection, flags, fd, offset);
}

__attribute__((visibility("default"))) void* mmap64(void* hint, size_t length, int protection, int flags, int fd,
                                                    off_t offset) noexcept {
  return mapDensely(hint, length, protection, flags, fd, offset);
}

}  // extern "C"
