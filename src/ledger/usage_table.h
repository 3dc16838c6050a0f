// SPDX-License-Identifier: Apache-2.0
#pragma once

// Usage by tenant, key and hour, and its sum over all hours, so that the file grows with time and not with runs.
// Counters stop at INT64_MAX.

#include <compare>
#include <map>
#include <vector>

#include "ledger/database.h"
#include "ledger/records.h"

namespace mayfly {

constexpr int64_t kHourMillis = 3'600'000;
constexpr int64_t kDayMillis = 24 * kHourMillis;

// What has not been written yet.
class UsageSums {
 public:
  // False when there are too many different rows already: nothing was added.
  bool add(const UsageRecord& record);
  // Within a transaction.
  Result<void> write(Database& database) const;
  void clear() { rows_.clear(); }
  [[nodiscard]] bool empty() const { return rows_.empty(); }
  [[nodiscard]] uint64_t cpuNanosSince(std::string_view tenant, int64_t sinceMillis) const;

 private:
  struct Where {
    std::string tenant;
    std::string key;
    int64_t hour = 0;
    auto operator<=>(const Where&) const = default;
  };
  std::map<Where, UsageRow> rows_;
};

// By whole hours: the hour that `from` lies in counts, the one that begins at `to` does not.
Result<std::vector<UsageRow>> readUsage(Database& database, const UsageQuery& query);
Result<uint64_t> readCpuNanosSince(Database& database, std::string_view tenant, int64_t sinceMillis);

}  // namespace mayfly
