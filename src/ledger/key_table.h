// SPDX-License-Identifier: Apache-2.0
#pragma once

// API keys: 32 random bytes, shown once; the file has their SHA-256. A key that was revoked stays in the table, so that
// revoking the last one does not open the daemon to everybody.

#include <optional>
#include <unordered_map>
#include <vector>

#include "base/sha256.h"
#include "ledger/database.h"
#include "ledger/records.h"

namespace mayfly {

// E_USAGE when the tenant's or the key's name will not do.
Result<void> checkKeySpec(const KeySpec& spec);

// Each in a transaction of its own, with its audit record.
Result<NewKey> insertKey(Database& database, const KeySpec& spec, int64_t nowMillis);
// E_NOT_FOUND. Revoking a revoked key changes nothing.
Result<void> revokeKeyById(Database& database, std::string_view id, int64_t nowMillis);

Result<std::vector<Key>> readKeys(Database& database);

// All keys in memory; read again when another process has written to the file.
class KeyCache {
 public:
  explicit KeyCache(Database& database) : database_(database) {}

  Result<std::optional<Key>> find(std::string_view secret);
  Result<bool> any();
  // This process has written to the table.
  void forget() { version_ = -1; }

 private:
  struct Entry {
    Sha256Digest hash{};
    Key key;
  };
  Result<void> refresh();

  Database& database_;
  int64_t version_ = -1;
  // By the first bytes of the hash: what a caller could learn from the time of a look-up tells nothing about secrets.
  std::unordered_multimap<uint64_t, Entry> entries_;
};

}  // namespace mayfly
