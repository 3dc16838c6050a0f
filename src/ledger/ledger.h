// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the daemon must not forget: usage, the audit log, keys, and answers under an idempotency key. One SQLite file in
// WAL mode, `ledger.db`. What was stored survives kill -9 of the daemon; it survives a loss of power when `durable` is
// set. Several processes may have it open: `mayfly keys` writes while the daemon runs.
//
// One thread. Records are collected during a turn of the event loop and written in one transaction at its end;
// whenStored() tells when that has happened. An answer that acknowledges a run waits for it. When the disk refuses,
// whenStored() fails, and what was given is kept (up to a bound) and tried again.

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
#include "ledger/batch.h"
#include "ledger/key_table.h"
#include "ledger/records.h"

namespace mayfly {

class Ledger {
 public:
  struct Options {
    std::string folder;    // made with mode 0700 if it is not there
    bool durable = false;  // fsync each transaction
    bool create = true;    // false: E_NOT_FOUND when there is no ledger in it
  };
  // A file that is damaged, not ours or of a newer version is refused with what to do about it.
  static Result<std::unique_ptr<Ledger>> open(EventLoop& loop, const Options& options);
  // Writes what is left; callbacks that still wait are dropped.
  ~Ledger();
  Ledger(const Ledger&) = delete;
  Ledger& operator=(const Ledger&) = delete;

  // ---- usage and audit: never blocks, never fails here; a failure is told by whenStored ----
  void record(const UsageRecord& usage);
  void audit(AuditEvent event);
  // Runs `callback`, from the loop, when all that was given so far is stored, or could not be.
  void whenStored(std::function<void(const Result<void>&)> callback);

  // What has been stored.
  Result<std::vector<UsageRow>> usage(const UsageQuery& query) { return readUsage(*database_, query); }
  Result<std::vector<AuditRecord>> auditAfter(const AuditQuery& query) { return readAudit(*database_, query); }
  Result<AuditHead> auditHead() { return readAuditHead(*database_); }
  // Every hash, from the first record to the last, whose number is the answer. E_CONFLICT names the first record that
  // does not fit.
  Result<uint64_t> verifyAudit() { return verifyChain(*database_); }
  // CPU time of a tenant since the hour in which a time lies (wall clock, milliseconds), whether stored yet or not:
  // what its window of CPU seconds is measured against.
  Result<uint64_t> cpuNanosSince(std::string_view tenant, int64_t sinceMillis);

  // ---- keys ----
  Result<NewKey> createKey(const KeySpec& spec);
  Result<std::vector<Key>> keys() { return readKeys(*database_); }
  Result<void> revokeKey(std::string_view id);
  // Constant time in the secret: it is hashed, and hashes are compared. Nothing when there is no such key or it is
  // revoked. Notices keys that another process made or revoked.
  Result<std::optional<Key>> findKey(std::string_view secret) { return keyCache_.find(secret); }
  // Whether there has ever been one: revoking the last key does not open the daemon to everybody.
  Result<bool> hasKeys() { return keyCache_.any(); }

  // ---- idempotency: answers are kept for a day ----
  Result<std::optional<StoredAnswer>> recall(std::string_view tenant, std::string_view key);
  void remember(std::string_view tenant, std::string_view key, StoredAnswer answer);

 private:
  using Waiter = std::function<void(const Result<void>&)>;

  Ledger(EventLoop& loop, std::unique_ptr<Database> database);
  void schedule();
  void flush();
  Result<void> write();
  void onFailure(const Error& error);
  void retryIn(std::chrono::milliseconds pause);
  void tell(const Result<void>& result);

  EventLoop& loop_;
  std::unique_ptr<Database> database_;
  KeyCache keyCache_;
  Batch batch_;
  std::vector<Waiter> waiters_;
  bool scheduled_ = false;
  int64_t answersDroppedMillis_ = 0;

  // While the file cannot be written.
  std::optional<Error> failure_;
  bool busy_ = false;  // merely held by another process
  MonotonicTime failingSince_{};
  MonotonicTime retryAt_{};
  std::chrono::milliseconds pause_{};
  EventLoop::TimerId retryTimer_{};

  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  // deferred calls may come after us
};

}  // namespace mayfly
