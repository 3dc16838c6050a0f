// SPDX-License-Identifier: Apache-2.0
#include "tenants/tenants.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/json_text.h"

namespace mayfly {
namespace {

constexpr const char* kDefaultTenant = "default";
// What to wait when places are taken: nobody knows how long runs take, and most are short.
constexpr uint32_t kBusySeconds = 1;
constexpr uint32_t kMostSeconds = 86'400;

int64_t nowMillis() { return static_cast<int64_t>(wallClockMillis()); }

// A ticket that goes stops its request's waiting.
struct Waiting {
  std::function<void()> stop;
  explicit Waiting(std::function<void()> stopWaiting) : stop(std::move(stopWaiting)) {}
  ~Waiting() { stop(); }
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;
};

Error stopping() { return {ErrorCode::kUnavailable, "the daemon is stopping"}; }

}  // namespace

Place::Place(Tenants& tenants, Tenant& tenant)
    : tenants_(tenants), tenant_(tenant), hold_(tenant.hold()), alive_(tenants.alive_) {}

Place::~Place() {
  hold_.reset();
  if (!alive_.expired()) tenants_.onPlaceGone(tenants_.accountOf(tenant_.name()));
}

void Place::used(const Usage& usage) {
  if (!alive_.expired()) tenants_.addCpu(tenants_.accountOf(tenant_.name()), usage.cpuUserNanos + usage.cpuSystemNanos);
}

std::unique_ptr<Tenants> Tenants::create(EventLoop& loop, Ledger& ledger, const TenantsOptions& options) {
  return std::unique_ptr<Tenants>(new Tenants(loop, ledger, options));
}

Tenants::Tenants(EventLoop& loop, Ledger& ledger, const TenantsOptions& options)
    : loop_(loop),
      ledger_(ledger),
      options_(options),
      queue_(options.places, options.queued),
      shares_(options.scheduler.spares, options.spareShares) {
  keepHouse();
}

Tenants::~Tenants() {
  loop_.cancel(housekeeping_);
  alive_.reset();  // places that runs hold give back nothing any more
  for (auto& [name, account] : accounts_) account->tenant.stop();
}

Tenants::Account& Tenants::accountOf(const std::string& name) {
  std::unique_ptr<Account>& found = accounts_[name];
  if (found == nullptr) {
    found = std::make_unique<Account>(name, queue_.line(name), [this](const Tenant& tenant) { return start(tenant); });
  }
  return *found;
}

Result<Caller> Tenants::authenticate(std::string_view key, bool local) {
  auto keysExist = ledger_.hasKeys();
  if (!keysExist) return std::move(keysExist).error();
  if (!*keysExist) {
    // The machine's own operator, who sees what there is.
    if (local) return Caller{.isOperator = true};
    return Error{ErrorCode::kUnauthorized,
                 "only local callers are served while there is no key; see `mayfly keys create`"};
  }
  if (key.empty()) {
    return Error{ErrorCode::kUnauthorized, "a key is needed: `Authorization: Bearer KEY` or `X-API-Key: KEY`"};
  }
  auto found = ledger_.findKey(key);
  if (!found) return std::move(found).error();
  if (!found->has_value()) return Error{ErrorCode::kUnauthorized, "this key is unknown or revoked"};
  const Key& known = **found;
  return Caller{known.spec.tenant, known.id, known.spec.isOperator, known.spec.quota};
}

Quota Tenants::quotaOf(const Caller& caller) const {
  Quota quota = caller.quota;
  const Quota& defaults = options_.defaults;
  if (quota.concurrent == 0) quota.concurrent = defaults.concurrent > 0 ? defaults.concurrent : options_.places;
  if (quota.cpuNanos == 0 || quota.windowMillis == 0) {
    quota.cpuNanos = defaults.cpuNanos;
    quota.windowMillis = defaults.windowMillis;
  }
  if (quota.memoryBytes == 0) quota.memoryBytes = defaults.memoryBytes;
  if (quota.requestsPerSecond <= 0) quota.requestsPerSecond = defaults.requestsPerSecond;
  return quota;
}

Result<void> Tenants::checkRate(const Caller& caller, const Quota& quota) {
  if (quota.requestsPerSecond <= 0) return {};
  MonotonicTime now = monotonicNow();
  const std::string& name = caller.key.empty() ? caller.tenant : caller.key;
  auto bucket = buckets_.try_emplace(name, quota.requestsPerSecond, now).first;
  if (bucket->second.take(now)) return {};
  return Error{ErrorCode::kQuota, "more than the key's requests per second"};
}

Result<void> Tenants::checkCpu(Account& account, const Quota& quota) {
  if (quota.cpuNanos == 0 || quota.windowMillis == 0) return {};
  int64_t now = nowMillis();
  auto window = account.windows.find(quota.windowMillis);
  if (window == account.windows.end()) {
    int64_t start = CpuWindow::startAt(now, static_cast<int64_t>(quota.windowMillis));
    auto used = ledger_.cpuNanosSince(account.tenant.name(), start);
    if (!used) return std::move(used).error();
    window = account.windows.emplace(quota.windowMillis, CpuWindow(quota.windowMillis, now, *used)).first;
  }
  if (window->second.usedAt(now) < quota.cpuNanos) return {};
  return Error{ErrorCode::kQuota, "the tenant's CPU time is used up until its next window begins"};
}

void Tenants::addCpu(Account& account, uint64_t nanos) {
  int64_t now = nowMillis();
  for (auto& [millis, window] : account.windows) window.add(nanos, now);
}

void Tenants::refuse(const Error& error, const Admitted& callback) {
  if (error.code == ErrorCode::kBusy) ++counts_.busy;
  if (error.code == ErrorCode::kQuota) ++counts_.quota;
  callback(error);
}

bool Tenants::grant(Account& account, const Quota& quota, const Result<void>& granted, const Admitted& callback) {
  // Its window may have been used up while it waited.
  Result<void> allowed = granted ? checkCpu(account, quota) : granted;
  if (!allowed) {
    refuse(allowed.error(), callback);
    return false;
  }
  ++counts_.admitted;
  callback(std::unique_ptr<Place>(new Place(*this, account.tenant)));
  return true;
}

Tenants::Ticket Tenants::admit(const Caller& caller, const Admitted& callback) {
  Quota quota = quotaOf(caller);
  Account& account = accountOf(caller.tenant);
  Result<void> allowed = draining_ ? Result<void>(stopping()) : checkRate(caller, quota);
  if (allowed) allowed = checkCpu(account, quota);
  if (!allowed) {
    refuse(allowed.error(), callback);
    return nullptr;
  }
  if (!caller.key.empty()) queue_.keepReserve();
  auto entered =
      queue_.enter(account.line, quota.concurrent, [this, &account, quota, callback](const Result<void>& granted) {
        return grant(account, quota, granted, callback);
      });
  if (!entered) {
    refuse(entered.error(), callback);
    return nullptr;
  }
  return std::make_shared<Waiting>(
      [this, &account, limit = quota.concurrent, id = *entered, alive = std::weak_ptr<bool>(alive_)] {
        if (!alive.expired()) queue_.leave(account.line, limit, id);
      });
}

uint32_t Tenants::retryAfter(const Caller& caller) const {
  Quota quota = quotaOf(caller);
  double seconds = kBusySeconds;
  auto bucket = buckets_.find(caller.key.empty() ? caller.tenant : caller.key);
  if (bucket != buckets_.end()) seconds = std::max(seconds, bucket->second.untilNext(monotonicNow()).count());
  auto account = accounts_.find(caller.tenant);
  if (account != accounts_.end()) {
    auto window = account->second->windows.find(quota.windowMillis);
    int64_t now = nowMillis();
    if (window != account->second->windows.end() && CpuWindow(window->second).usedAt(now) >= quota.cpuNanos) {
      seconds = std::max(seconds, static_cast<double>(window->second.millisLeft(now)) / 1000);
    }
  }
  return static_cast<uint32_t>(std::ceil(std::min<double>(seconds, kMostSeconds)));
}

void Tenants::onPlaceGone(Account& account) {
  queue_.giveBack(account.line);
  if (account.tenant.isRunning() && account.tenant.name() != kDefaultTenant) {
    shares_.touch(account.tenant, monotonicNow());
  }
  if (queue_.taken() == 0 && whenIdle_) loop_.later(std::exchange(whenIdle_, nullptr));
  if (queue_.waiting() == 0 || std::exchange(pumpDue_, true)) return;
  // Not here: whoever gave it back is in the middle of something.
  loop_.later([this, alive = std::weak_ptr<bool>(alive_)] {
    if (alive.expired()) return;
    pumpDue_ = false;
    queue_.pump();
  });
}

void Tenants::warm() { accountOf(kDefaultTenant).tenant.scheduler().warm(true); }

void Tenants::drain(std::function<void()> whenIdle) {
  draining_ = true;
  queue_.refuseAll(stopping());
  if (queue_.taken() == 0) return loop_.later(std::move(whenIdle));
  whenIdle_ = std::move(whenIdle);
}

Tenants::Counts Tenants::counts() const {
  Counts counts = counts_;
  counts.placesTaken = queue_.taken();
  counts.waiting = queue_.waiting();
  for (const auto& [name, account] : accounts_) counts.tenants += account->tenant.isRunning() ? 1 : 0;
  return counts;
}

// The largest of its keys' quotas; 0: what SchedulerOptions has.
uint64_t Tenants::memoryOf(const std::string& name) {
  auto keys = ledger_.keys();
  uint64_t most = 0;
  if (keys) {
    for (const Key& key : *keys) {
      bool counts = key.spec.tenant == name && key.revokedMillis == 0;
      if (counts) most = std::max(most, key.spec.quota.memoryBytes);
    }
  }
  return most > 0 ? most : options_.defaults.memoryBytes;
}

Tenant::Processes Tenants::start(const Tenant& tenant) {
  SchedulerOptions options = options_.scheduler;
  WorkerTableOptions tableOptions = options_.workers;
  if (uint64_t memory = memoryOf(tenant.name()); memory > 0) {
    options.groupMemoryBytes = memory;
    tableOptions.memoryBytes = std::min(tableOptions.memoryBytes, memory);
  }
  // Others get their spares with their first share.
  if (tenant.name() != kDefaultTenant) options.spares = 0;
  Tenant::Processes processes;
  processes.scheduler = std::make_unique<Scheduler>(loop_, options);
  if (options_.makeWorkers) {
    processes.workers = options_.makeWorkers(loop_, *processes.scheduler, tableOptions, workerEvents(tenant.name()));
  }
  return processes;
}

WorkerTable::Events Tenants::workerEvents(const std::string& name) {
  WorkerTable::Events events;
  events.onLoad = [this, name](const std::string& id, const WorkerCode& code) {
    std::string detail;
    JsonObject(detail).text("hash", code.hash);
    ledger_.audit({name, "", "load", id, std::move(detail), ""});
  };
  events.onEnd = [this, name](const std::string& id, const char* why, const std::optional<RunError>& error) {
    std::string detail;
    {
      JsonObject object(detail);
      object.text("why", why);
      if (error) object.text("error", errorInfo(error->code).code);
    }
    ledger_.audit({name, "", error ? "kill" : "evict", id, std::move(detail), ""});
  };
  events.onIdleUsage = [this, name](const std::string& id, const Usage& usage) {
    UsageRecord record;
    record.tenant = name;
    record.kind = "idle";
    record.id = id;
    record.atMillis = nowMillis();
    record.cpuNanos = usage.cpuUserNanos + usage.cpuSystemNanos;
    record.memoryByteMillis = usage.memoryByteMillis;
    addCpu(accountOf(name), record.cpuNanos);
    ledger_.record(record);
  };
  return events;
}

// From time to time: stops processes that nobody uses, and takes spares back from those that are quiet.
void Tenants::keepHouse() {
  MonotonicTime now = monotonicNow();
  shares_.lapse(now);
  for (auto& [name, account] : accounts_) {
    Tenant& tenant = account->tenant;
    bool idle = name != kDefaultTenant && tenant.isRunning() && tenant.isIdle();
    if (!idle || now - tenant.lastUsed() < options_.idle) continue;
    shares_.forget(tenant);
    tenant.stop();
  }
  auto pause =
      std::clamp<std::chrono::milliseconds>(options_.idle / 4, std::chrono::milliseconds(10), std::chrono::seconds(10));
  housekeeping_ = loop_.at(now + pause, [this] { keepHouse(); });
}

}  // namespace mayfly
