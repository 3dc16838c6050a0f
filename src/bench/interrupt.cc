// SPDX-License-Identifier: Apache-2.0
#include "bench/interrupt.h"

#include <atomic>
#include <csignal>

namespace mayfly::bench {
namespace {

std::atomic<bool> noted{false};
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler writes it");

}  // namespace

void watchInterrupts() {
  struct sigaction action{};
  action.sa_handler = [](int) { noted.store(true); };
  for (int signal : {SIGINT, SIGTERM}) ::sigaction(signal, &action, nullptr);
}

bool interrupted() { return noted.load(); }

Result<void> checkInterrupted() {
  if (!interrupted()) return {};
  return Error{ErrorCode::kCancelled, "interrupted"};
}

}  // namespace mayfly::bench
