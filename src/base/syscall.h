// SPDX-License-Identifier: Apache-2.0
#pragma once

// retryEintr(call): runs a system call until a signal no longer interrupts it.

#include <cerrno>

namespace mayfly {

template <typename Call>
auto retryEintr(Call call) -> decltype(call()) {
  for (;;) {
    auto result = call();
    if (result != -1 || errno != EINTR) return result;
  }
}

}  // namespace mayfly
