// SPDX-License-Identifier: Apache-2.0
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <climits>

#include "seal/steps.h"

namespace mayfly::seal {

Result<void> closeDescriptorsAbove(int highest) {
  if (::syscall(SYS_close_range, static_cast<unsigned>(highest) + 1, UINT_MAX, 0) != 0) {
    return errnoError("close_range", ErrorCode::kSeal);
  }
  return {};
}

Result<void> limitResources() {
  struct Limit {
    __rlimit_resource resource;
    rlim_t value;
    const char* name;
  };
  constexpr Limit kLimits[] = {
      {RLIMIT_CORE, 0, "RLIMIT_CORE"},           {RLIMIT_NOFILE, 64, "RLIMIT_NOFILE"},
      {RLIMIT_MEMLOCK, 0, "RLIMIT_MEMLOCK"},     {RLIMIT_MSGQUEUE, 0, "RLIMIT_MSGQUEUE"},
      {RLIMIT_STACK, 8U << 20U, "RLIMIT_STACK"},
  };
  for (const Limit& limit : kLimits) {
    rlimit current{};
    ::getrlimit(limit.resource, &current);
    rlim_t value = std::min(limit.value, current.rlim_max);
    rlimit wanted{value, value};
    if (::setrlimit(limit.resource, &wanted) != 0) return errnoError(limit.name, ErrorCode::kSeal);
  }
  return {};
}

Result<void> limitMemory(uint64_t bytes) {
  rlimit limit{bytes, bytes};
  if (::setrlimit(RLIMIT_DATA, &limit) != 0) return errnoError("RLIMIT_DATA", ErrorCode::kSeal);
  return {};
}

}  // namespace mayfly::seal
