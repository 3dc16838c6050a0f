// SPDX-License-Identifier: Apache-2.0
#pragma once

// MAYFLY_CHECK: a condition that only a bug can break. It aborts with file and line; the supervisor restarts.
// It allocates nothing, so that it may stand in a forked child and in fatal handlers.

namespace mayfly {

[[noreturn]] void checkFailed(const char* condition, const char* file, int line);

}  // namespace mayfly

#define MAYFLY_CHECK(condition)                                   \
  do {                                                            \
    if (!(condition)) [[unlikely]]                                \
      ::mayfly::checkFailed(#condition, __FILE_NAME__, __LINE__); \
  } while (false)
