// SPDX-License-Identifier: Apache-2.0
#include "ledger/key_table.h"

#include <sys/random.h>

#include <cstring>

#include "base/base64.h"
#include "base/json_text.h"
#include "base/syscall.h"
#include "base/utf8.h"
#include "ledger/audit_chain.h"

namespace mayfly {
namespace {

constexpr std::string_view kPrefix = "mf_";
constexpr size_t kSecretBytes = 32;
constexpr size_t kMostName = 64;
constexpr const char* kReadKeys =
    "SELECT id, tenant, name, is_operator, concurrent, cpu_nanos, window_millis, memory_bytes, requests_per_second, "
    "created, revoked, secret_hash FROM keys ORDER BY created, id";

template <size_t kSize>
Result<std::string> randomBytes() {
  std::string bytes(kSize, '\0');
  auto got = retryEintr([&] { return ::getrandom(bytes.data(), bytes.size(), 0); });
  if (got != static_cast<ssize_t>(bytes.size())) return errnoError("getrandom");
  return bytes;
}

bool isNameOfTenant(std::string_view name) {
  constexpr std::string_view kAllowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
  return !name.empty() && name.size() <= kMostName && name.find_first_not_of(kAllowed) == std::string_view::npos;
}

std::string_view bytesOf(const Sha256Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

Key keyAt(const Query& row) {
  Key key;
  key.id = row.textAt(0);
  key.spec.tenant = row.textAt(1);
  key.spec.name = row.textAt(2);
  key.spec.isOperator = row.integerAt(3) != 0;
  key.spec.quota.concurrent = static_cast<uint32_t>(row.integerAt(4));
  key.spec.quota.cpuNanos = static_cast<uint64_t>(row.integerAt(5));
  key.spec.quota.windowMillis = static_cast<uint64_t>(row.integerAt(6));
  key.spec.quota.memoryBytes = static_cast<uint64_t>(row.integerAt(7));
  key.spec.quota.requestsPerSecond = row.realAt(8);
  key.createdMillis = row.integerAt(9);
  key.revokedMillis = row.integerAt(10);
  return key;
}

std::string detailOf(const KeySpec& spec) {
  std::string json;
  {
    JsonObject object(json);
    object.text("name", spec.name).boolean("operator", spec.isOperator);
    object.integer("concurrent", spec.quota.concurrent).integer("cpuMs", spec.quota.cpuNanos / 1'000'000);
    object.integer("windowMs", spec.quota.windowMillis).integer("memoryBytes", spec.quota.memoryBytes);
    object.number("requestsPerSecond", spec.quota.requestsPerSecond);
  }
  return json;
}

Result<void> appendEvent(Database& database, int64_t nowMillis, AuditEvent event) {
  auto appender = AuditAppender::atEnd(database);
  if (!appender) return std::move(appender).error();
  return appender->append({nowMillis, std::move(event)});
}

Result<void> insertRow(Database& database, const Key& key, const Sha256Digest& hash) {
  auto insert = database.query(
      "INSERT INTO keys (id, secret_hash, tenant, name, is_operator, concurrent, cpu_nanos, window_millis, "
      "memory_bytes, requests_per_second, created, revoked) VALUES (?,?,?,?,?,?,?,?,?,?,?,0)");
  if (!insert) return std::move(insert).error();
  const Quota& quota = key.spec.quota;
  insert->text(key.id).blob(bytesOf(hash)).text(key.spec.tenant).text(key.spec.name);
  insert->integer(key.spec.isOperator ? 1 : 0).integer(quota.concurrent).integer(static_cast<int64_t>(quota.cpuNanos));
  insert->integer(static_cast<int64_t>(quota.windowMillis)).integer(static_cast<int64_t>(quota.memoryBytes));
  insert->real(quota.requestsPerSecond).integer(key.createdMillis);
  return insert->run();
}

uint64_t prefixOf(const Sha256Digest& hash) {
  uint64_t prefix = 0;
  std::memcpy(&prefix, hash.data(), sizeof prefix);
  return prefix;
}

}  // namespace

Result<void> checkKeySpec(const KeySpec& spec) {
  if (!isNameOfTenant(spec.tenant)) {
    return Error{ErrorCode::kUsage,
                 "a tenant's name is 1 to 64 letters, digits and . _ -, not " + jsonString(spec.tenant)};
  }
  if (spec.name.size() > kMostName || !isUtf8(spec.name)) {
    return Error{ErrorCode::kUsage, "a key's name is at most 64 bytes of UTF-8"};
  }
  constexpr uint64_t kMost = INT64_MAX;
  const Quota& quota = spec.quota;
  bool fits = quota.cpuNanos <= kMost && quota.windowMillis <= kMost && quota.memoryBytes <= kMost &&
              quota.requestsPerSecond >= 0;
  if (!fits || (quota.cpuNanos > 0) != (quota.windowMillis > 0)) {
    return Error{ErrorCode::kUsage, "a quota is too large, negative, or CPU time without a window"};
  }
  return {};
}

Result<NewKey> insertKey(Database& database, const KeySpec& spec, int64_t nowMillis) {
  MAYFLY_TRY(checkKeySpec(spec));
  auto random = randomBytes<kSecretBytes>();
  if (!random) return std::move(random).error();
  auto id = randomBytes<9>();
  if (!id) return std::move(id).error();
  NewKey made;
  made.key = {"key_" + encodeBase64Url(*id), spec, nowMillis, 0};
  made.secret = std::string(kPrefix) + encodeBase64Url(*random);
  auto transaction = Transaction::begin(database);
  if (!transaction) return std::move(transaction).error();
  MAYFLY_TRY(insertRow(database, made.key, sha256(made.secret)));
  MAYFLY_TRY(appendEvent(database, nowMillis, {spec.tenant, "", "key.create", made.key.id, detailOf(spec), ""}));
  MAYFLY_TRY(transaction->commit());
  return made;
}

Result<void> revokeKeyById(Database& database, std::string_view id, int64_t nowMillis) {
  auto transaction = Transaction::begin(database);
  if (!transaction) return std::move(transaction).error();
  std::string tenant;
  {
    auto found = database.query("SELECT tenant, revoked FROM keys WHERE id = ?");
    if (!found) return std::move(found).error();
    auto row = found->text(id).next();
    if (!row) return std::move(row).error();
    if (!*row) return Error{ErrorCode::kNotFound, "there is no key " + jsonString(id) + "; see `mayfly keys list`"};
    if (found->integerAt(1) != 0) return {};
    tenant = found->textAt(0);
  }
  auto update = database.query("UPDATE keys SET revoked = ? WHERE id = ?");
  if (!update) return std::move(update).error();
  MAYFLY_TRY(update->integer(nowMillis).text(id).run());
  MAYFLY_TRY(appendEvent(database, nowMillis, {tenant, "", "key.revoke", std::string(id), "", ""}));
  return transaction->commit();
}

Result<std::vector<Key>> readKeys(Database& database) {
  auto rows = database.query(kReadKeys);
  if (!rows) return std::move(rows).error();
  std::vector<Key> keys;
  for (;;) {
    auto row = rows->next();
    if (!row) return std::move(row).error();
    if (!*row) return keys;
    keys.push_back(keyAt(*rows));
  }
}

Result<void> KeyCache::refresh() {
  auto version = database_.number("PRAGMA data_version");
  if (!version) return std::move(version).error();
  if (*version == version_) return {};
  version_ = -1;
  entries_.clear();
  auto rows = database_.query(kReadKeys);
  if (!rows) return std::move(rows).error();
  for (;;) {
    auto row = rows->next();
    if (!row) return std::move(row).error();
    if (!*row) break;
    Entry entry{{}, keyAt(*rows)};
    std::string_view hash = rows->bytesAt(11);
    if (hash.size() != entry.hash.size()) continue;  // no secret has such a hash
    std::memcpy(entry.hash.data(), hash.data(), hash.size());
    entries_.emplace(prefixOf(entry.hash), std::move(entry));
  }
  version_ = *version;
  return {};
}

Result<std::optional<Key>> KeyCache::find(std::string_view secret) {
  MAYFLY_TRY(refresh());
  Sha256Digest hash = sha256(secret);
  auto [begin, end] = entries_.equal_range(prefixOf(hash));
  for (auto each = begin; each != end; ++each) {
    if (!sameDigest(each->second.hash, hash)) continue;
    if (each->second.key.revokedMillis != 0) return std::optional<Key>();
    return std::optional<Key>(each->second.key);
  }
  return std::optional<Key>();
}

Result<bool> KeyCache::any() {
  MAYFLY_TRY(refresh());
  return !entries_.empty();
}

}  // namespace mayfly
