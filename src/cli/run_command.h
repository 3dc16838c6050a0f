// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "scheduler/scheduler.h"

namespace mayfly::cli {

// What every command that starts sandboxes takes.
struct SandboxFlags {
  std::vector<std::string> allowWeaker;
  bool jitless = false;
};
Result<SchedulerOptions> schedulerOptions(const SandboxFlags& flags);

struct RunFlags {
  std::string program;
  std::string document;  // --modules
  std::vector<std::string> modules;
  std::string input, arguments;
  std::vector<std::string> files;
  std::vector<std::string> env;
  std::string envFile, props, entrypoint, method;
  std::vector<std::string> allow;
  std::string cpu, wall, memory, output, logs;
  bool json = false;
  bool trace = false;
  bool quiet = false;
  SandboxFlags sandbox;
};

// `mayfly run`. Logs go to stderr as they happen, the result to stdout. Answers the exit status of error_codes.def.
int runCommand(const RunFlags& flags);

}  // namespace mayfly::cli
