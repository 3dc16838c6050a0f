// SPDX-License-Identifier: Apache-2.0
#pragma once

// Programs beside the benchmark: the kernel ends them when we end, however that happens.

#include <chrono>
#include <string>
#include <vector>

#include "base/child_process.h"

namespace mayfly::bench {

// To be completed with descriptors; standard output and error are /dev/null until then.
SpawnOptions tied(const std::string& program, const std::vector<std::string>& arguments);

// What a program printed and how it ended, at most `atMost` later. E_UNAVAILABLE when it failed.
Result<std::string> outputOf(const std::string& program, const std::vector<std::string>& arguments,
                             std::chrono::seconds atMost);

}  // namespace mayfly::bench
