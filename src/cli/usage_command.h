// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace mayfly::cli {

struct UsageFlags {
  std::string data;
  std::string tenant;
  std::string by;  // day, hour, key, all
  std::string from, to;
  bool json = false;
};

// `mayfly usage`: what tenants have used, as a table or as the document of GET /v1/usage.
int usageCommand(const UsageFlags& flags);

}  // namespace mayfly::cli
