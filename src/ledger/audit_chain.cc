// SPDX-License-Identifier: Apache-2.0
#include "ledger/audit_chain.h"

#include <algorithm>
#include <cstring>

namespace mayfly {
namespace {

constexpr std::string_view kEncoding = "mayfly-audit-1";
constexpr const char* kRead =
    "SELECT seq, at, tenant, key, what, subject, detail, trace, hash FROM audit WHERE seq > ? ORDER BY seq";
constexpr const char* kReadTenant =
    "SELECT seq, at, tenant, key, what, subject, detail, trace, hash FROM audit WHERE tenant = ? AND seq > ? "
    "ORDER BY seq";

std::string_view bytesOf(const Sha256Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

// A netstring: what it holds cannot be taken for what surrounds it.
void addField(Sha256& hash, std::string_view text) {
  hash.update(std::to_string(text.size())).update(":").update(text).update(",");
}

AuditRecord recordAt(const Query& row) {
  AuditRecord record;
  record.seq = static_cast<uint64_t>(row.integerAt(0));
  record.atMillis = row.integerAt(1);
  record.event = {row.textAt(2), row.textAt(3), row.textAt(4), row.textAt(5), row.textAt(6), row.textAt(7)};
  return record;
}

bool isWanted(const AuditRecord& record, const AuditQuery& query) {
  if (record.atMillis < query.sinceMillis) return false;
  return query.what.empty() || std::find(query.what.begin(), query.what.end(), record.event.what) != query.what.end();
}

// Nothing when a hash has not the size of one.
std::optional<Sha256Digest> digestOf(std::string_view bytes) {
  Sha256Digest digest{};
  if (bytes.size() != digest.size()) return std::nullopt;
  std::memcpy(digest.data(), bytes.data(), digest.size());
  return digest;
}

Error broken(uint64_t seq, const char* how) {
  return {ErrorCode::kConflict, "the audit log is not what was written: record " + std::to_string(seq) + " " + how};
}

}  // namespace

Sha256Digest auditHash(const Sha256Digest& previous, uint64_t seq, int64_t atMillis, const AuditEvent& event) {
  Sha256 hash;
  addField(hash, kEncoding);
  addField(hash, hexOf(previous));
  addField(hash, std::to_string(seq));
  addField(hash, std::to_string(atMillis));
  for (const std::string* field :
       {&event.tenant, &event.key, &event.what, &event.subject, &event.detailJson, &event.trace}) {
    addField(hash, *field);
  }
  return hash.finish();
}

Result<AuditAppender> AuditAppender::atEnd(Database& database) {
  auto last = database.query("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1");
  if (!last) return std::move(last).error();
  auto row = last->next();
  if (!row) return std::move(row).error();
  if (!*row) return AuditAppender(database, 0, {});
  auto seq = static_cast<uint64_t>(last->integerAt(0));
  auto hash = digestOf(last->bytesAt(1));
  if (!hash) return broken(seq, "has no hash");
  return AuditAppender(database, seq, *hash);
}

Result<void> AuditAppender::append(const TimedEvent& timed) {
  const AuditEvent& event = timed.event;
  Sha256Digest hash = auditHash(hash_, seq_ + 1, timed.atMillis, event);
  auto insert = database_.query(
      "INSERT INTO audit (seq, at, tenant, key, what, subject, detail, trace, hash) VALUES (?,?,?,?,?,?,?,?,?)");
  if (!insert) return std::move(insert).error();
  insert->integer(static_cast<int64_t>(seq_ + 1)).integer(timed.atMillis);
  insert->text(event.tenant).text(event.key).text(event.what).text(event.subject);
  insert->text(event.detailJson).text(event.trace).blob(bytesOf(hash));
  MAYFLY_TRY(insert->run());
  ++seq_;
  hash_ = hash;
  return {};
}

Result<AuditHead> readAuditHead(Database& database) {
  auto end = AuditAppender::atEnd(database);
  if (!end) return std::move(end).error();
  return end->head();
}

Result<std::vector<AuditRecord>> readAudit(Database& database, const AuditQuery& query) {
  auto rows = database.query(query.tenant.empty() ? kRead : kReadTenant);
  if (!rows) return std::move(rows).error();
  if (!query.tenant.empty()) rows->text(query.tenant);
  rows->integer(static_cast<int64_t>(std::min<uint64_t>(query.afterSeq, INT64_MAX)));
  std::vector<AuditRecord> found;
  while (found.size() < query.limit) {
    auto row = rows->next();
    if (!row) return std::move(row).error();
    if (!*row) break;
    AuditRecord record = recordAt(*rows);
    if (!isWanted(record, query)) continue;
    auto hash = digestOf(rows->bytesAt(8));
    if (!hash) return broken(record.seq, "has no hash");
    record.hash = hexOf(*hash);
    found.push_back(std::move(record));
  }
  return found;
}

Result<uint64_t> verifyChain(Database& database) {
  auto rows = database.query(kRead);
  if (!rows) return std::move(rows).error();
  rows->integer(INT64_MIN);
  uint64_t seq = 0;
  Sha256Digest hash{};
  for (;;) {
    auto row = rows->next();
    if (!row) return std::move(row).error();
    if (!*row) return seq;
    AuditRecord record = recordAt(*rows);
    if (record.seq != seq + 1) return broken(seq + 1, "is missing");
    hash = auditHash(hash, record.seq, record.atMillis, record.event);
    auto stored = digestOf(rows->bytesAt(8));
    if (!stored || !sameDigest(hash, *stored)) return broken(record.seq, "does not fit its hash");
    seq = record.seq;
  }
}

}  // namespace mayfly
