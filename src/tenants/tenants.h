// SPDX-License-Identifier: Apache-2.0
#pragma once

// Who may use how much, and whose turn it is. Each tenant has a zygote, a tool host, spares and workers of its own,
// started on first use and stopped when idle: what one breaks, no other shares. Places are given out fairly: while
// there are more requests than places, tenants take turns, each in the order of its requests.
//
// One thread.

#include <functional>
#include <memory>
#include <string>

#include "ledger/ledger.h"
#include "scheduler/scheduler.h"
#include "workers/worker_table.h"

namespace mayfly {

// Who asks. Comes from a key, or is the operator's default tenant when there are none.
struct Caller {
  std::string tenant = "default";
  std::string key;          // its id; empty without keys
  bool isOperator = false;  // may see all tenants
  Quota quota;
};

struct TenantsOptions {
  SchedulerOptions scheduler;  // for each tenant; its memory is the tenant's
  WorkerTableOptions workers;
  Quota defaults;                 // for what a key leaves open
  uint32_t places = 256;          // sandboxes at once, all tenants together
  uint32_t queued = 1024;         // requests that may wait, per tenant
  std::chrono::minutes idle{10};  // then a tenant's processes are stopped; not the default tenant's
};

// A tenant's share of the machine. Lives while a Place or a worker holds it.
class Tenant {
 public:
  virtual ~Tenant() = default;
  [[nodiscard]] virtual const std::string& name() const = 0;
  [[nodiscard]] virtual Scheduler& scheduler() = 0;
  [[nodiscard]] virtual WorkerTable& workers() = 0;
};

// Permission for one run or call; gives the place back when it goes.
class Place {
 public:
  virtual ~Place() = default;
  virtual Tenant& tenant() = 0;
};

class Tenants {
 public:
  static std::unique_ptr<Tenants> create(EventLoop& loop, Ledger& ledger, const TenantsOptions& options);
  virtual ~Tenants() = default;

  // The caller behind a key. E_UNAUTHORIZED when keys exist and this is none; without keys `local` callers are the
  // default tenant and others are refused.
  virtual Result<Caller> authenticate(std::string_view key, bool local) = 0;

  // Calls back once, now or when it is this request's turn; or with E_BUSY (too many wait), E_QUOTA (rate, CPU window).
  // Forget the returned ticket to stop waiting. `retryAfter()` then says how many seconds to wait before asking again.
  using Ticket = std::shared_ptr<void>;
  virtual Ticket admit(const Caller& caller, std::function<void(Result<std::unique_ptr<Place>>)> callback) = 0;
  [[nodiscard]] virtual uint32_t retryAfter(const Caller& caller) const = 0;

  // The tenant without taking a place: to list workers, to hold a connection. Starts nothing.
  virtual Tenant& tenant(const Caller& caller) = 0;

  // Starts the default tenant's processes, so that the first request does not wait.
  virtual void warm() = 0;
  // No new places; `whenIdle` is called when the last one has been given back.
  virtual void drain(std::function<void()> whenIdle) = 0;

  struct Counts {
    uint64_t admitted = 0, busy = 0, quota = 0;
    uint32_t placesTaken = 0, waiting = 0, tenants = 0;
  };
  [[nodiscard]] virtual Counts counts() const = 0;
};

}  // namespace mayfly
