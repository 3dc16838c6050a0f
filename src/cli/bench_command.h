// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "cli/run_command.h"

namespace mayfly::cli {

struct BenchFlags {
  bool quick = false;
  std::vector<std::string> only;
  std::string workerd = "auto";
  std::string node = "auto";
  bool json = false;
  std::string report;
  SandboxFlags sandbox;
};

// `mayfly bench`. Progress goes to stderr, the result to stdout, --report to a file as well. Answers the exit status.
int benchCommand(const BenchFlags& flags);

}  // namespace mayfly::cli
