// SPDX-License-Identifier: Apache-2.0
#include "base/check.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace mayfly {

void checkFailed(const char* condition, const char* file, int line) {
  std::array<char, 512> text{};
  int length = std::snprintf(text.data(), text.size(), "mayfly: bug: %s:%d: %s\n", file, line, condition);
  if (length > 0) {
    size_t size = std::min(static_cast<size_t>(length), text.size() - 1);
    [[maybe_unused]] ssize_t written = ::write(STDERR_FILENO, text.data(), size);
  }
  std::abort();
}

}  // namespace mayfly
