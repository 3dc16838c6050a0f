// SPDX-License-Identifier: Apache-2.0
#include "api/idempotency.h"

namespace mayfly::api {
namespace {

Error conflict() {
  return Error{ErrorCode::kConflict, "another request with a different body was sent under this Idempotency-Key"};
}

}  // namespace

Result<Idempotency::Claim> Idempotency::claim(const std::string& tenant, const std::string& key,
                                              const std::string& bodyHash, Waiter waiter) {
  auto found = underWay_.find({tenant, key});
  if (found != underWay_.end()) {
    if (found->second.bodyHash != bodyHash) return conflict();
    found->second.waiters.push_back(std::move(waiter));
    return Claim::kWait;
  }
  auto stored = ledger_.recall(tenant, key);
  if (!stored) return std::move(stored).error();
  if (!stored->has_value()) {
    underWay_.emplace(std::pair(tenant, key), UnderWay{bodyHash, {}});
    return Claim::kRun;
  }
  if ((*stored)->bodyHash != bodyHash) return conflict();
  loop_.later([waiter = std::move(waiter), answer = std::move(**stored)] { waiter(&answer); });
  return Claim::kWait;
}

void Idempotency::settle(const std::string& tenant, const std::string& key, const StoredAnswer* answer) {
  auto found = underWay_.extract({tenant, key});
  if (found.empty()) return;
  for (const Waiter& waiter : found.mapped().waiters) waiter(answer);
}

}  // namespace mayfly::api
