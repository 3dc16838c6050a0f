// SPDX-License-Identifier: Apache-2.0
#include "ledger/schema.h"

#include <array>
#include <string>

namespace mayfly {
namespace {

constexpr int64_t kApplicationId = 0x4d61'7966;  // "Mayf"

// From version n to n + 1 each. What has been released is never edited, only added to.
constexpr std::array<const char*, 1> kMigrations = {R"sql(
  CREATE TABLE audit (
    seq INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    tenant TEXT NOT NULL,
    key TEXT NOT NULL,
    what TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL,
    trace TEXT NOT NULL,
    hash BLOB NOT NULL
  ) STRICT;
  CREATE INDEX audit_of_tenant ON audit (tenant, seq);
  CREATE TRIGGER audit_is_never_updated BEFORE UPDATE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
  CREATE TRIGGER audit_is_never_deleted BEFORE DELETE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
  -- INSERT OR REPLACE deletes without the trigger above.
  CREATE TRIGGER audit_has_no_gaps BEFORE INSERT ON audit
    WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM audit)
    BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;

  CREATE TABLE usage (
    tenant TEXT NOT NULL,
    key TEXT NOT NULL,
    hour INTEGER NOT NULL,           -- milliseconds since 1970, a whole hour
    runs INTEGER NOT NULL,
    calls INTEGER NOT NULL,
    cpu_nanos INTEGER NOT NULL,
    wall_nanos INTEGER NOT NULL,
    memory_byte_millis INTEGER NOT NULL,
    bytes_in INTEGER NOT NULL,
    bytes_out INTEGER NOT NULL,
    errors INTEGER NOT NULL,
    PRIMARY KEY (tenant, key, hour)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX usage_by_hour ON usage (hour);
  -- The sum of all hours.
  CREATE TABLE usage_total (
    tenant TEXT NOT NULL,
    key TEXT NOT NULL,
    runs INTEGER NOT NULL,
    calls INTEGER NOT NULL,
    cpu_nanos INTEGER NOT NULL,
    wall_nanos INTEGER NOT NULL,
    memory_byte_millis INTEGER NOT NULL,
    bytes_in INTEGER NOT NULL,
    bytes_out INTEGER NOT NULL,
    errors INTEGER NOT NULL,
    PRIMARY KEY (tenant, key)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE keys (
    id TEXT PRIMARY KEY,
    secret_hash BLOB NOT NULL UNIQUE,  -- SHA-256
    tenant TEXT NOT NULL,
    name TEXT NOT NULL,
    is_operator INTEGER NOT NULL,
    concurrent INTEGER NOT NULL,
    cpu_nanos INTEGER NOT NULL,
    window_millis INTEGER NOT NULL,
    memory_bytes INTEGER NOT NULL,
    requests_per_second REAL NOT NULL,
    created INTEGER NOT NULL,
    revoked INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE answers (
    tenant TEXT NOT NULL,
    key TEXT NOT NULL,
    body_hash TEXT NOT NULL,
    status INTEGER NOT NULL,
    body BLOB NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (tenant, key)
  ) STRICT;
  CREATE INDEX answers_by_age ON answers (at);
)sql"};

Result<void> checkOurs(Database& database, int64_t version) {
  auto id = database.number("PRAGMA application_id");
  if (!id) return std::move(id).error();
  if (*id == kApplicationId) return {};
  auto tables = database.number("SELECT count(*) FROM sqlite_schema");
  if (!tables) return std::move(tables).error();
  if (*id == 0 && version == 0 && *tables == 0) return {};
  return Error{ErrorCode::kInternal, database.path() + " is a database of something else; name another data folder"};
}

Result<void> checkVersion(Database& database, int64_t version) {
  if (version >= 0 && version <= ledgerSchemaVersion()) return {};
  return Error{ErrorCode::kInternal, database.path() + " was written by a newer mayfly (schema " +
                                         std::to_string(version) + ", this one knows " +
                                         std::to_string(ledgerSchemaVersion()) + "); install that one again"};
}

}  // namespace

int64_t ledgerSchemaVersion() { return static_cast<int64_t>(kMigrations.size()); }

Result<void> prepareSchema(Database& database) {
  auto seen = database.number("PRAGMA user_version");
  if (!seen) return std::move(seen).error();
  MAYFLY_TRY(checkOurs(database, *seen));
  MAYFLY_TRY(checkVersion(database, *seen));
  if (*seen == ledgerSchemaVersion()) return {};
  auto transaction = Transaction::begin(database);
  if (!transaction) return std::move(transaction).error();
  // Another process may have been quicker.
  auto version = database.number("PRAGMA user_version");
  if (!version) return std::move(version).error();
  MAYFLY_TRY(checkVersion(database, *version));
  for (auto next = static_cast<size_t>(*version); next < kMigrations.size(); ++next) {
    MAYFLY_TRY(database.execute(kMigrations[next]));
  }
  MAYFLY_TRY(database.execute(("PRAGMA application_id = " + std::to_string(kApplicationId)).c_str()));
  MAYFLY_TRY(database.execute(("PRAGMA user_version = " + std::to_string(ledgerSchemaVersion())).c_str()));
  return transaction->commit();
}

}  // namespace mayfly
