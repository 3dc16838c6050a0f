// SPDX-License-Identifier: Apache-2.0
#include "api/ledger_endpoint.h"

#include <charconv>
#include <optional>

#include "api/route.h"
#include "base/timestamp.h"
#include "ledger/ledger_json.h"

namespace mayfly::api {
namespace {

constexpr uint32_t kMaxAuditRows = 10'000;

Error wrong(const std::string& name, std::string_view wanted) {
  return Error{ErrorCode::kUsage, "the parameter " + name + " is not " + std::string(wanted)};
}

std::optional<uint64_t> number(std::string_view text, uint64_t most) {
  uint64_t value = 0;
  auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  bool whole = failure == std::errc() && end == text.data() + text.size();
  return whole && value <= most ? std::optional(value) : std::nullopt;
}

std::optional<UsageQuery::By> grouping(std::string_view text) {
  if (text == "hour") return UsageQuery::By::kHour;
  if (text == "day") return UsageQuery::By::kDay;
  if (text == "key") return UsageQuery::By::kKey;
  return std::nullopt;
}

}  // namespace

Result<UsageQuery> parseUsageQuery(std::string_view target) {
  auto parameters = queryParameters(target, {"from", "to", "by"});
  if (!parameters) return std::move(parameters).error();
  UsageQuery query;
  for (const auto& [name, value] : *parameters) {
    if (value.empty()) continue;
    if (name == "by") {
      auto by = grouping(value);
      if (!by) return wrong(name, "hour, day or key");
      query.by = *by;
      continue;
    }
    auto time = parseTimestamp(value);
    if (!time) return wrong(name, "a time such as 2026-11-21T14:00:00Z: " + time.error().message);
    (name == "from" ? query.fromMillis : query.toMillis) = *time;
  }
  return query;
}

Result<AuditQuery> parseAuditQuery(std::string_view target) {
  auto parameters = queryParameters(target, {"after", "limit", "what"});
  if (!parameters) return std::move(parameters).error();
  AuditQuery query;
  for (const auto& [name, value] : *parameters) {
    if (value.empty()) continue;
    if (name == "what") {
      std::string_view rest = value;
      while (!rest.empty()) {
        size_t end = std::min(rest.find(','), rest.size());
        query.what.emplace_back(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
      }
      continue;
    }
    auto parsed = number(value, name == "limit" ? kMaxAuditRows : INT64_MAX);
    if (!parsed) return wrong(name, name == "limit" ? "a number from 1 to 10000" : "the number of a record");
    if (name == "limit") {
      query.limit = static_cast<uint32_t>(*parsed);
    } else {
      query.afterSeq = *parsed;
    }
  }
  return query;
}

Answer usageAnswer(Parts& parts, const Exchange& exchange) {
  auto query = parseUsageQuery(exchange.head.target);
  if (!query) return Answer::error(query.error());
  if (!exchange.caller.isOperator) query->tenant = exchange.caller.tenant;
  auto rows = parts.ledger.usage(*query);
  if (!rows) return Answer::error(rows.error());
  return Answer::json(usageJson(*rows, query->by));
}

Answer auditAnswer(Parts& parts, const Exchange& exchange) {
  auto query = parseAuditQuery(exchange.head.target);
  if (!query) return Answer::error(query.error());
  if (!exchange.caller.isOperator) query->tenant = exchange.caller.tenant;
  auto records = parts.ledger.auditAfter(*query);
  if (!records) return Answer::error(records.error());
  std::string out = "{\"records\":[";
  for (const AuditRecord& record : *records) out += (&record == records->data() ? "" : ",") + auditJson(record);
  return Answer::json(out + "]}");
}

}  // namespace mayfly::api
