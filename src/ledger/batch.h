// SPDX-License-Identifier: Apache-2.0
#pragma once

// What was given to the ledger and is not stored yet. Its size is bounded, so that a disk that fails for long does not
// take the daemon's memory: what does not fit is lost, counted, and confessed in the audit log later on.

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ledger/audit_chain.h"
#include "ledger/database.h"
#include "ledger/usage_table.h"

namespace mayfly {

constexpr int64_t kAnswerLifeMillis = kDayMillis;

// The stored answer, unless it is older than a day at `nowMillis`.
Result<std::optional<StoredAnswer>> readAnswer(Database& database, std::string_view tenant, std::string_view key,
                                               int64_t nowMillis);
// Some of those that are too old.
Result<void> dropOldAnswers(Database& database, int64_t nowMillis);

class Batch {
 public:
  void add(const UsageRecord& usage);
  // Texts are made UTF-8 and cut to a sensible length: they may come from outside.
  void add(AuditEvent event, int64_t nowMillis);
  void add(std::string_view tenant, std::string_view key, StoredAnswer answer);

  // All or nothing. The batch stays as it is: clear() it when this was well.
  Result<void> write(Database& database, int64_t nowMillis) const;
  void clear();

  [[nodiscard]] bool empty() const;
  // Something was lost since this was last asked.
  bool takeLoss() { return std::exchange(lostLately_, false); }

  [[nodiscard]] uint64_t cpuNanosSince(std::string_view tenant, int64_t since) const {
    return usage_.cpuNanosSince(tenant, since);
  }
  [[nodiscard]] std::optional<StoredAnswer> answer(std::string_view tenant, std::string_view key) const;

 private:
  struct Remembered {
    std::string tenant;
    std::string key;
    StoredAnswer answer;
  };
  // False when `size` more bytes are too many.
  bool reserve(size_t size);
  void lose(uint64_t& counter);
  [[nodiscard]] TimedEvent lossEvent(int64_t nowMillis) const;

  UsageSums usage_;
  std::vector<TimedEvent> events_;
  std::vector<Remembered> answers_;
  size_t bytes_ = 0;
  uint64_t lostUsage_ = 0;
  uint64_t lostEvents_ = 0;
  uint64_t lostAnswers_ = 0;
  bool lostLately_ = false;
};

}  // namespace mayfly
