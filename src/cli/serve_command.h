// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "cli/run_command.h"

namespace mayfly::cli {

struct ServeFlags {
  std::vector<std::string> listen;
  std::string data;
  std::string config;
  bool json = false;
  int readyFd = -1;
  bool untilStdinCloses = false;
  SandboxFlags sandbox;
};

// `mayfly serve`: runs the daemon in the foreground. Flags win over mayfly.toml.
int serveCommand(const ServeFlags& flags);

}  // namespace mayfly::cli
