// SPDX-License-Identifier: Apache-2.0
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <climits>

#include "seal/steps.h"

namespace mayfly::seal {
namespace {

Result<void> lower(__rlimit_resource resource, rlim_t most, const char* name) {
  rlimit current{};
  ::getrlimit(resource, &current);
  rlim_t value = std::min(most, current.rlim_max);
  rlimit wanted{value, value};
  if (::setrlimit(resource, &wanted) != 0) return errnoError(name, ErrorCode::kSeal);
  return {};
}

}  // namespace

Result<void> closeDescriptorsAbove(int highest) {
  if (::syscall(SYS_close_range, static_cast<unsigned>(highest) + 1, UINT_MAX, 0) != 0) {
    return errnoError("close_range", ErrorCode::kSeal);
  }
  return {};
}

Result<void> limitResources() {
  MAYFLY_TRY(lower(RLIMIT_CORE, 0, "RLIMIT_CORE"));
  MAYFLY_TRY(lower(RLIMIT_NOFILE, 64, "RLIMIT_NOFILE"));
  MAYFLY_TRY(lower(RLIMIT_MEMLOCK, 0, "RLIMIT_MEMLOCK"));
  MAYFLY_TRY(lower(RLIMIT_MSGQUEUE, 0, "RLIMIT_MSGQUEUE"));
  return lower(RLIMIT_STACK, 8U << 20U, "RLIMIT_STACK");
}

Result<void> forbidFileGrowth() { return lower(RLIMIT_FSIZE, 0, "RLIMIT_FSIZE"); }

Result<void> limitMemory(uint64_t bytes) {
  rlimit limit{bytes, bytes};
  if (::setrlimit(RLIMIT_DATA, &limit) != 0) return errnoError("RLIMIT_DATA", ErrorCode::kSeal);
  return {};
}

}  // namespace mayfly::seal
