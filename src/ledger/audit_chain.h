// SPDX-License-Identifier: Apache-2.0
#pragma once

// The audit table: an append-only list in which each record's hash covers the record and the hash before it. Sequence
// numbers have no gaps. docs/audit.md describes the encoding, so that others can check it as well.

#include <vector>

#include "base/sha256.h"
#include "ledger/database.h"
#include "ledger/records.h"

namespace mayfly {

// Hash of a record, given the one before it (all zeros before the first).
Sha256Digest auditHash(const Sha256Digest& previous, uint64_t seq, int64_t atMillis, const AuditEvent& event);

struct TimedEvent {
  int64_t atMillis = 0;
  AuditEvent event;
};

// Within a transaction: the chain's end is read in it, so two processes cannot continue it from the same place.
class AuditAppender {
 public:
  static Result<AuditAppender> atEnd(Database& database);
  Result<void> append(const TimedEvent& timed);
  [[nodiscard]] AuditHead head() const { return {seq_, seq_ == 0 ? "" : hexOf(hash_)}; }

 private:
  AuditAppender(Database& database, uint64_t seq, const Sha256Digest& hash)
      : database_(database), seq_(seq), hash_(hash) {}

  Database& database_;
  uint64_t seq_;
  Sha256Digest hash_;
};

// The last record's number and hash; 0 and nothing before the first.
Result<AuditHead> readAuditHead(Database& database);

Result<std::vector<AuditRecord>> readAudit(Database& database, const AuditQuery& query);

// The sequence number of the last record, when every hash fits; else E_CONFLICT with the first that does not.
Result<uint64_t> verifyChain(Database& database);

}  // namespace mayfly
