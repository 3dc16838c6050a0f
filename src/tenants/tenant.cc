// SPDX-License-Identifier: Apache-2.0
#include "tenants/tenant.h"

namespace mayfly {

Scheduler& Tenant::scheduler() {
  if (!isRunning()) {
    processes_ = start_(*this);
    *lastUsed_ = monotonicNow();
  }
  return *processes_.scheduler;
}

WorkerTable& Tenant::workers() {
  (void)scheduler();
  MAYFLY_CHECK(processes_.workers != nullptr);
  return *processes_.workers;
}

std::shared_ptr<void> Tenant::hold() {
  // All holds are one: the last to go notes the time.
  if (auto held = held_.lock()) return held;
  *lastUsed_ = monotonicNow();
  std::shared_ptr<void> hold(lastUsed_.get(), [lastUsed = lastUsed_](void*) { *lastUsed = monotonicNow(); });
  held_ = hold;
  return hold;
}

bool Tenant::isIdle() const {
  if (!held_.expired()) return false;
  if (!isRunning()) return true;
  return processes_.scheduler->running() == 0 && (processes_.workers == nullptr || processes_.workers->size() == 0);
}

void Tenant::stop() {
  processes_.workers.reset();
  processes_.scheduler.reset();
}

void Tenant::setSpares(size_t count) {
  if (isRunning()) processes_.scheduler->zygotes().setSpares(count);
}

}  // namespace mayfly
