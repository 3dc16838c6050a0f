// SPDX-License-Identifier: Apache-2.0
#include "api/accounting.h"

#include <algorithm>
#include <utility>

#include "base/json_text.h"

namespace mayfly::api {
namespace {

constexpr int kFine = 200;

double millis(uint64_t nanos) { return static_cast<double>(nanos) / 1e6; }

std::string auditDetail(const Usage& usage, const std::optional<RunError>& error) {
  std::string detail;
  {
    JsonObject object(detail);
    object.text("status", error ? "error" : "ok");
    if (error) object.text("code", errorInfo(error->code).code);
    object.number("cpuMs", millis(usage.cpuUserNanos + usage.cpuSystemNanos)).number("wallMs", millis(usage.wallNanos));
  }
  return detail;
}

}  // namespace

Limits loweredTo(Limits limits, const Limits& ceilings) {
  limits.cpu = std::min(limits.cpu, ceilings.cpu);
  limits.wall = std::min(limits.wall, ceilings.wall);
  limits.memoryBytes = std::min(limits.memoryBytes, ceilings.memoryBytes);
  limits.outputBytes = std::min(limits.outputBytes, ceilings.outputBytes);
  limits.logBytes = std::min(limits.logBytes, ceilings.logBytes);
  return limits;
}

bool isOurFault(const std::optional<RunError>& error) {
  return error.has_value() && errorInfo(error->code).http != kFine;
}

void recordEnd(Parts& parts, const Account& account, const Usage& usage, const std::optional<RunError>& error,
               uint64_t bytesOut) {
  std::string code(error ? errorInfo(error->code).code : "");
  UsageRecord record;
  record.tenant = account.caller.tenant;
  record.key = account.caller.key;
  record.kind = account.kind;
  record.id = account.id;
  record.atMillis = static_cast<int64_t>(wallClockMillis());
  record.cpuNanos = usage.cpuUserNanos + usage.cpuSystemNanos;
  record.wallNanos = usage.wallNanos;
  record.memoryByteMillis = usage.peakMemoryBytes * (usage.wallNanos / 1'000'000 + 1);
  record.bytesIn = account.bytesIn;
  record.bytesOut = bytesOut;
  record.error = code;
  parts.ledger.record(record);
  std::string what(account.kind == "run" ? "run" : "call");
  parts.ledger.audit(
      {account.caller.tenant, account.caller.key, what, account.id, auditDetail(usage, error), account.trace});
  parts.metrics.ended(account.kind, code.empty() ? "ok" : code);
  parts.metrics.cpu(static_cast<double>(record.cpuNanos) / 1e9);
}

Answer outcomeAnswer(const Outcome& outcome, std::string document) {
  if (isOurFault(outcome.error)) return Answer::error({outcome.error->code, outcome.error->message});
  return Answer::json(std::move(document));
}

Answer refusal(Parts& parts, const Account& account, const Error& error) {
  Answer answer = Answer::error(error);
  if (!account.trace.empty()) answer.with("traceparent", account.trace);
  if (error.code != ErrorCode::kBusy && error.code != ErrorCode::kQuota) return answer;
  answer.with("Retry-After", std::to_string(std::max(1U, parts.tenants.retryAfter(account.caller))));
  std::string detail;
  JsonObject(detail).text("code", errorInfo(error.code).code);
  parts.ledger.audit({account.caller.tenant, account.caller.key, "refuse", account.id, detail, account.trace});
  return answer;
}

}  // namespace mayfly::api
