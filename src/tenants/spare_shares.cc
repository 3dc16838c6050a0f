// SPDX-License-Identifier: Apache-2.0
#include "tenants/spare_shares.h"

#include <algorithm>

namespace mayfly {
namespace {

constexpr std::chrono::seconds kBusy{1};
constexpr std::chrono::seconds kQuiet{60};

}  // namespace

void SpareShares::touch(Tenant& tenant, MonotonicTime now) {
  auto own = std::find_if(owners_.begin(), owners_.end(), [&](const Share& share) { return share.tenant == &tenant; });
  if (own != owners_.end()) {
    own->active = now;
    owners_.splice(owners_.begin(), owners_, own);
    return;
  }
  if (owners_.size() >= shares_) {
    if (owners_.empty() || now - owners_.back().active < kBusy) return;
    owners_.back().tenant->setSpares(0);
    owners_.pop_back();
  }
  owners_.push_front({&tenant, now});
  tenant.setSpares(spares_);
}

void SpareShares::lapse(MonotonicTime now) {
  while (!owners_.empty() && now - owners_.back().active >= kQuiet) {
    owners_.back().tenant->setSpares(0);
    owners_.pop_back();
  }
}

void SpareShares::forget(const Tenant& tenant) {
  owners_.remove_if([&](const Share& share) { return share.tenant == &tenant; });
}

bool SpareShares::has(const Tenant& tenant) const {
  return std::any_of(owners_.begin(), owners_.end(), [&](const Share& share) { return share.tenant == &tenant; });
}

}  // namespace mayfly
