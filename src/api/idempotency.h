// SPDX-License-Identifier: Apache-2.0
#pragma once

// Idempotency-Key: the first request under a key runs, a second one with the same body gets its answer, now or when it
// is there, and one with another body is refused. Answers are kept in the ledger for a day.

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/event_loop.h"
#include "ledger/ledger.h"

namespace mayfly::api {

class Idempotency {
 public:
  // What a second request gets: the stored answer, or nothing when the first one came to none and this one has to run.
  using Waiter = std::function<void(const StoredAnswer*)>;
  enum class Claim : uint8_t { kRun, kWait };

  explicit Idempotency(EventLoop& loop, Ledger& ledger) : loop_(loop), ledger_(ledger) {}

  // kRun: the caller is the first and has to call settle() in the end. kWait: `waiter` will be called, from the loop.
  // E_CONFLICT for another body under this key.
  Result<Claim> claim(const std::string& tenant, const std::string& key, const std::string& bodyHash, Waiter waiter);
  // The first request is over; without an answer when it failed for reasons of ours. Then the next one runs.
  void settle(const std::string& tenant, const std::string& key, const StoredAnswer* answer);

 private:
  struct UnderWay {
    std::string bodyHash;
    std::vector<Waiter> waiters;
  };
  EventLoop& loop_;
  Ledger& ledger_;
  std::map<std::pair<std::string, std::string>, UnderWay> underWay_;
};

}  // namespace mayfly::api
