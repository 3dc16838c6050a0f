// SPDX-License-Identifier: Apache-2.0
#pragma once

// Quotas as people write them. E_USAGE names the flag and says what it wants.

#include <string>
#include <string_view>

#include "base/result.h"
#include "ledger/records.h"

namespace mayfly::cli {

struct QuotaFlags {
  std::string concurrent{};  // 64
  std::string cpuSeconds{};  // 3600/h
  std::string memory{};      // 2GB
  std::string rate{};        // 100/s; 30/m
};
Result<Quota> parseQuota(const QuotaFlags& flags);

// "64 at once, 3600 s CPU/h, 2 GB, 100/s"; "default" where nothing is set.
std::string quotaText(const Quota& quota);

// "3600 s", "1.5 s", "250 ms"; "2 GB", "512 MB".
std::string cpuText(uint64_t nanos);
std::string bytesText(uint64_t bytes);

}  // namespace mayfly::cli
