// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace mayfly::cli {

struct LogsFlags {
  std::string data;
  std::string tenant;
  std::vector<std::string> what;
  std::string since;
  bool follow = false;
  bool json = false;
  bool verify = false;
  std::string head;  // SEQ:HASH
};

// `mayfly logs`: prints the audit log, one record a line; follows it until interrupted; or checks its chain.
int logsCommand(const LogsFlags& flags);

}  // namespace mayfly::cli
