// SPDX-License-Identifier: Apache-2.0
#include "ledger/usage_table.h"

#include <algorithm>
#include <array>
#include <tuple>

namespace mayfly {
namespace {

// So many rows of tenant, key and hour may wait for a disk that fails.
constexpr size_t kMostRows = 65'536;
constexpr uint64_t kMostValue = INT64_MAX;

struct Counter {
  const char* column;
  uint64_t UsageRow::* member;
};
constexpr std::array<Counter, 8> kCounters = {{
    {"runs", &UsageRow::runs},
    {"calls", &UsageRow::calls},
    {"cpu_nanos", &UsageRow::cpuNanos},
    {"wall_nanos", &UsageRow::wallNanos},
    {"memory_byte_millis", &UsageRow::memoryByteMillis},
    {"bytes_in", &UsageRow::bytesIn},
    {"bytes_out", &UsageRow::bytesOut},
    {"errors", &UsageRow::errors},
}};

int64_t hourOf(int64_t millis) { return std::max<int64_t>(millis, 0) / kHourMillis * kHourMillis; }

void addUpTo(uint64_t& sum, uint64_t value) {
  value = std::min(value, kMostValue);
  sum = sum > kMostValue - value ? kMostValue : sum + value;
}

std::string columns() {
  std::string list;
  for (const Counter& counter : kCounters) list += std::string(", ") + counter.column;
  return list;
}

// `where` are the columns of the primary key, with a parameter each in `parameters`.
std::string upsertSql(const std::string& table, const std::string& where, const std::string& parameters) {
  std::string sql = "INSERT INTO " + table + " (" + where + columns() + ") VALUES (" + parameters;
  for (size_t i = 0; i < kCounters.size(); ++i) sql += ", ?";
  sql += ") ON CONFLICT DO UPDATE SET ";
  for (const Counter& counter : kCounters) {
    std::string name = counter.column;
    if (&counter != &kCounters.front()) sql += ", ";
    sql += name + " = min(" + name + ", 9223372036854775807 - excluded." + name + ") + excluded." + name;
  }
  return sql;
}

std::string selectSql(const std::string& rest) { return "SELECT tenant, key" + columns() + rest; }

void bindCounters(Query& query, const UsageRow& row) {
  for (const Counter& counter : kCounters) query.integer(static_cast<int64_t>(row.*counter.member));
}

void addRow(UsageRow& sum, const Query& row) {
  int column = 2;
  for (const Counter& counter : kCounters) {
    addUpTo(sum.*counter.member, static_cast<uint64_t>(std::max<int64_t>(row.integerAt(column++), 0)));
  }
}

Result<Query> rowsFor(Database& database, const UsageQuery& query, bool ofAllTime) {
  static const std::string totals = selectSql(" FROM usage_total");
  static const std::string tenantTotals = selectSql(" FROM usage_total WHERE tenant = ?");
  static const std::string hours = selectSql(", hour FROM usage WHERE hour >= ? AND hour < ?");
  static const std::string tenantHours = selectSql(", hour FROM usage WHERE hour >= ? AND hour < ? AND tenant = ?");
  bool one = !query.tenant.empty();
  const std::string& sql = ofAllTime ? (one ? tenantTotals : totals) : (one ? tenantHours : hours);
  auto rows = database.query(sql.c_str());
  if (!rows) return rows;
  if (!ofAllTime) rows->integer(hourOf(query.fromMillis)).integer(query.toMillis);
  if (one) rows->text(query.tenant);
  return rows;
}

int64_t startOf(UsageQuery::By by, int64_t hour) {
  if (by == UsageQuery::By::kHour) return hour;
  return by == UsageQuery::By::kDay ? hour / kDayMillis * kDayMillis : 0;
}

}  // namespace

bool UsageSums::add(const UsageRecord& record) {
  Where where{record.tenant, record.key, hourOf(record.atMillis)};
  if (rows_.size() >= kMostRows && !rows_.contains(where)) return false;
  UsageRow& row = rows_[std::move(where)];
  addUpTo(row.runs, record.kind == "run" ? 1 : 0);
  addUpTo(row.calls, record.kind == "call" || record.kind == "fetch" || record.kind == "session" ? 1 : 0);
  addUpTo(row.cpuNanos, record.cpuNanos);
  addUpTo(row.wallNanos, record.wallNanos);
  addUpTo(row.memoryByteMillis, record.memoryByteMillis);
  addUpTo(row.bytesIn, record.bytesIn);
  addUpTo(row.bytesOut, record.bytesOut);
  addUpTo(row.errors, record.error.empty() ? 0 : 1);
  return true;
}

Result<void> UsageSums::write(Database& database) const {
  static const std::string toHour = upsertSql("usage", "tenant, key, hour", "?, ?, ?");
  static const std::string toTotal = upsertSql("usage_total", "tenant, key", "?, ?");
  for (const auto& [where, row] : rows_) {
    auto hour = database.query(toHour.c_str());
    if (!hour) return std::move(hour).error();
    bindCounters(hour->text(where.tenant).text(where.key).integer(where.hour), row);
    MAYFLY_TRY(hour->run());
    auto total = database.query(toTotal.c_str());
    if (!total) return std::move(total).error();
    bindCounters(total->text(where.tenant).text(where.key), row);
    MAYFLY_TRY(total->run());
  }
  return {};
}

uint64_t UsageSums::cpuNanosSince(std::string_view tenant, int64_t sinceMillis) const {
  uint64_t sum = 0;
  for (const auto& [where, row] : rows_) {
    if (where.tenant == tenant && where.hour >= hourOf(sinceMillis)) addUpTo(sum, row.cpuNanos);
  }
  return sum;
}

Result<std::vector<UsageRow>> readUsage(Database& database, const UsageQuery& query) {
  using By = UsageQuery::By;
  bool byTime = query.by == By::kHour || query.by == By::kDay;
  bool ofAllTime = !byTime && query.fromMillis <= 0 && query.toMillis == INT64_MAX;
  auto rows = rowsFor(database, query, ofAllTime);
  if (!rows) return std::move(rows).error();
  std::map<std::tuple<int64_t, std::string, std::string>, UsageRow> sums;
  for (;;) {
    auto row = rows->next();
    if (!row) return std::move(row).error();
    if (!*row) break;
    int64_t from = byTime ? startOf(query.by, rows->integerAt(2 + static_cast<int>(kCounters.size()))) : 0;
    addRow(sums[{from, rows->textAt(0), query.by == By::kKey ? rows->textAt(1) : ""}], *rows);
  }
  std::vector<UsageRow> found;
  for (auto& [where, sum] : sums) {
    std::tie(sum.fromMillis, sum.tenant, sum.key) = where;
    found.push_back(std::move(sum));
  }
  return found;
}

Result<uint64_t> readCpuNanosSince(Database& database, std::string_view tenant, int64_t sinceMillis) {
  UsageQuery query;
  query.tenant = tenant;
  query.fromMillis = std::max<int64_t>(sinceMillis, 1);
  auto rows = readUsage(database, query);
  if (!rows) return std::move(rows).error();
  return rows->empty() ? uint64_t{0} : rows->front().cpuNanos;
}

}  // namespace mayfly
