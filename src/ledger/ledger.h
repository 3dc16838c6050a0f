// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the daemon must not forget: usage, the audit log, keys, and answers under an idempotency key. One SQLite file in
// WAL mode. What was stored survives kill -9 of the daemon; it survives a loss of power when `durable` is set.
//
// One thread. Records are collected during a turn of the event loop and written in one transaction at its end;
// whenStored() tells when that has happened. An answer that acknowledges a run waits for it.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/event_loop.h"
#include "base/result.h"
#include "ledger/records.h"

namespace mayfly {

class Ledger {
 public:
  struct Options {
    std::string folder;    // made with mode 0700 if it is not there
    bool durable = false;  // fsync each transaction
  };
  static Result<std::unique_ptr<Ledger>> open(EventLoop& loop, const Options& options);
  virtual ~Ledger() = default;

  // ---- usage and audit: never blocks, never fails here; a failure is told by whenStored ----
  virtual void record(UsageRecord usage) = 0;
  virtual void audit(AuditEvent event) = 0;
  // Runs `callback`, from the loop, when all that was given so far is stored, or could not be.
  virtual void whenStored(std::function<void(const Result<void>&)> callback) = 0;

  virtual Result<std::vector<UsageRow>> usage(const UsageQuery& query) = 0;
  virtual Result<std::vector<AuditRecord>> auditAfter(const AuditQuery& query) = 0;
  // Every hash, from the first record to the last. E_CONFLICT names the first record that does not fit.
  virtual Result<uint64_t> verifyAudit() = 0;
  // CPU time of a tenant since a time (wall clock, milliseconds): what its window of CPU seconds is measured against.
  virtual Result<uint64_t> cpuNanosSince(std::string_view tenant, int64_t sinceMillis) = 0;

  // ---- keys ----
  virtual Result<NewKey> createKey(const KeySpec& spec) = 0;
  virtual Result<std::vector<Key>> keys() = 0;
  virtual Result<void> revokeKey(std::string_view id) = 0;
  // Constant time in the secret: it is hashed, and hashes are compared. Nothing when there is no such key or it is
  // revoked. Notices keys that another process made or revoked.
  virtual Result<std::optional<Key>> findKey(std::string_view secret) = 0;
  virtual Result<bool> hasKeys() = 0;

  // ---- idempotency ----
  virtual Result<std::optional<StoredAnswer>> recall(std::string_view tenant, std::string_view key) = 0;
  virtual void remember(std::string_view tenant, std::string_view key, StoredAnswer answer) = 0;
};

}  // namespace mayfly
