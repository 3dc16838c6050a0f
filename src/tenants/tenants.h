// SPDX-License-Identifier: Apache-2.0
#pragma once

// Who may use how much, and whose turn it is. Each tenant has a zygote, a tool host, spares and workers of its own,
// started on first use and stopped when idle: what one breaks, no other shares. Places are given out fairly: while
// there are more requests than places, tenants take turns, each in the order of its requests.
//
// What is counted for whom: places, CPU time and memory for the tenant, against the limits of the key that asks
// (memory: of the tenant's largest key); requests per second for each key. So a second key gives a tenant no second
// share.
//
// One thread.

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>

#include "ledger/ledger.h"
#include "scheduler/scheduler.h"
#include "tenants/cpu_window.h"
#include "tenants/fair_queue.h"
#include "tenants/spare_shares.h"
#include "tenants/tenant.h"
#include "tenants/token_bucket.h"
#include "workers/worker_table.h"

namespace mayfly {

// Who asks. Comes from a key, or is the operator's default tenant when there are none.
struct Caller {
  std::string tenant = "default";
  std::string key{};        // its id; empty without keys
  bool isOperator = false;  // may see all tenants
  Quota quota{};
};

struct TenantsOptions {
  SchedulerOptions
      scheduler;  // for each tenant; its memory is the tenant's, its spares are each tenant's that has some
  WorkerTableOptions workers;
  Quota defaults;          // for what a key leaves open
  uint32_t places = 256;   // sandboxes at once, all tenants together
  uint32_t queued = 1024;  // requests that may wait, per tenant
  std::chrono::milliseconds idle =
      std::chrono::minutes(10);  // then a tenant's processes are stopped; not the default's
  size_t spareShares = 8;        // so many tenants have spares besides the default one
  // Makes a tenant's WorkerTable; empty: there are no workers.
  std::function<std::unique_ptr<WorkerTable>(EventLoop&, Scheduler&, const WorkerTableOptions&, WorkerTable::Events)>
      makeWorkers;
};

class Tenants;

// Permission for one run or call; gives the place back when it goes.
class Place {
 public:
  ~Place();
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

  Tenant& tenant() { return tenant_; }
  // What the run or call used, once it is known: counts against the tenant's CPU time. (Recording it is the caller's.)
  void used(const Usage& usage);

 private:
  friend class Tenants;
  Place(Tenants& tenants, Tenant& tenant);
  Tenants& tenants_;
  Tenant& tenant_;
  std::shared_ptr<void> hold_;
  std::weak_ptr<bool> alive_;  // of Tenants
};

class Tenants {
 public:
  static std::unique_ptr<Tenants> create(EventLoop& loop, Ledger& ledger, const TenantsOptions& options);
  ~Tenants();
  Tenants(const Tenants&) = delete;
  Tenants& operator=(const Tenants&) = delete;

  // The caller behind a key. E_UNAUTHORIZED when keys exist and this is none; without keys `local` callers are the
  // default tenant and others are refused.
  Result<Caller> authenticate(std::string_view key, bool local);

  // Calls back once, now or when it is this request's turn; or with E_BUSY (too many wait), E_QUOTA (rate, CPU window),
  // E_UNAVAILABLE (the daemon is stopping, or the ledger cannot be read). Forget the returned ticket to stop waiting.
  // `retryAfter()` then says how many seconds to wait before asking again.
  using Ticket = std::shared_ptr<void>;
  using Admitted = std::function<void(Result<std::unique_ptr<Place>>)>;
  Ticket admit(const Caller& caller, const Admitted& callback);
  [[nodiscard]] uint32_t retryAfter(const Caller& caller) const;

  // The tenant without taking a place: to list workers, to hold a connection. Starts nothing.
  Tenant& tenant(const Caller& caller) { return accountOf(caller.tenant).tenant; }

  // Starts the default tenant's processes, so that the first request does not wait.
  void warm();
  // No new places; who waits is refused; `whenIdle` is called when the last place has been given back.
  void drain(std::function<void()> whenIdle);

  struct Counts {
    uint64_t admitted = 0, busy = 0, quota = 0;
    uint32_t placesTaken = 0, waiting = 0, tenants = 0;  // tenants: whose processes run
  };
  [[nodiscard]] Counts counts() const;

 private:
  friend class Place;
  struct Account {
    Account(std::string name, FairQueue::Line& place, Tenant::Start start)
        : tenant(std::move(name), std::move(start)), line(place) {}
    Tenant tenant;
    FairQueue::Line& line;
    std::map<uint64_t, CpuWindow> windows;  // by length
  };

  Tenants(EventLoop& loop, Ledger& ledger, const TenantsOptions& options);
  Account& accountOf(const std::string& name);
  [[nodiscard]] Quota quotaOf(const Caller& caller) const;
  Result<void> checkRate(const Caller& caller, const Quota& quota);
  Result<void> checkCpu(Account& account, const Quota& quota);
  bool grant(Account& account, const Quota& quota, const Result<void>& granted, const Admitted& callback);
  void refuse(const Error& error, const Admitted& callback);
  void onPlaceGone(Account& account);
  void addCpu(Account& account, uint64_t nanos);

  Tenant::Processes start(const Tenant& tenant);
  uint64_t memoryOf(const std::string& name);
  WorkerTable::Events workerEvents(const std::string& name);
  void keepHouse();

  EventLoop& loop_;
  Ledger& ledger_;
  TenantsOptions options_;
  FairQueue queue_;
  SpareShares shares_;
  std::unordered_map<std::string, TokenBucket> buckets_;  // by key, or by tenant where there are none
  std::unordered_map<std::string, std::unique_ptr<Account>> accounts_;
  Counts counts_;
  bool pumpDue_ = false;
  bool draining_ = false;
  std::function<void()> whenIdle_;
  EventLoop::TimerId housekeeping_{};
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  // tickets, places and deferred calls may come after us
};

}  // namespace mayfly
