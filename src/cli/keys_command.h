// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cli/quota_text.h"

namespace mayfly::cli {

struct KeysFlags {
  std::string data;
  std::string tenant, name;
  QuotaFlags quota;
  bool isOperator = false;
  bool json = false;
  std::string id;
};

// `mayfly keys create|list|revoke`. They work on the ledger itself, whether the daemon runs or not; it takes notice at
// the next request. A new key's secret goes to standard output, and is shown nowhere else and never again.
int createKeyCommand(const KeysFlags& flags);
int listKeysCommand(const KeysFlags& flags);
int revokeKeyCommand(const KeysFlags& flags);

}  // namespace mayfly::cli
