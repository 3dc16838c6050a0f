// SPDX-License-Identifier: Apache-2.0
#pragma once

// Who has spare guests waiting. They cost memory and a fork each, so besides the default tenant only those have some
// that were active lately, and no more than a few: a newcomer takes the share of the one that has been quiet longest,
// but not of one that has just been active, or the two would take it from each other with every run.

#include <chrono>
#include <list>

#include "tenants/tenant.h"

namespace mayfly {

class SpareShares {
 public:
  SpareShares(size_t spares, size_t shares) : spares_(spares), shares_(shares) {}

  // The tenant is active: it has a share afterwards, if there is one for it.
  void touch(Tenant& tenant, MonotonicTime now);
  // Takes back the shares of those that have been quiet.
  void lapse(MonotonicTime now);
  // It has been stopped.
  void forget(const Tenant& tenant);
  [[nodiscard]] bool has(const Tenant& tenant) const;
  [[nodiscard]] size_t spares() const { return spares_; }

 private:
  struct Share {
    Tenant* tenant;
    MonotonicTime active;
  };
  size_t spares_;
  size_t shares_;
  std::list<Share> owners_;  // the one that was active last is first
};

}  // namespace mayfly
