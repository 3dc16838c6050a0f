// SPDX-License-Identifier: Apache-2.0
#pragma once

// The machine under the numbers, from /proc.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace mayfly::bench {

struct Machine {
  std::string cpu;
  unsigned cores = 0;
  uint64_t memoryBytes = 0;
  std::string kernel;
  std::string system;     // PRETTY_NAME of os-release
  std::string date;       // UTC, 2026-11-21
  double loadBefore = 0;  // the load average as the benchmark began: other work disturbs it
};
Machine describeMachine();

// The value of `key` in text of the form "Key:   value" (cpuinfo) or "KEY=\"value\"" (os-release); empty without it.
std::string fieldOf(std::string_view text, std::string_view key);

// MemAvailable of /proc/meminfo: what page tables, kernel stacks and socket buffers take is missing from it too.
uint64_t memAvailableBytes();
// The median of several readings, after a pause in which freed memory comes back.
uint64_t settledMemAvailable();

// Raises RLIMIT_NOFILE as far as this user may, at most to `wanted`; answers what is in force.
uint64_t raiseDescriptorLimit(uint64_t wanted);

std::string readSmallFile(const std::string& path);

}  // namespace mayfly::bench
