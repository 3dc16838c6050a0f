// SPDX-License-Identifier: Apache-2.0
#include "ledger/ledger_json.h"

#include "base/json_text.h"
#include "base/timestamp.h"

namespace mayfly {
namespace {

constexpr double kNanosPerMilli = 1e6;
constexpr double kBytesPerMegabyte = 1 << 20;

void appendRow(std::string& out, const UsageRow& row, UsageQuery::By by) {
  JsonObject object(out);
  object.text("tenant", row.tenant);
  if (by == UsageQuery::By::kKey) object.text("key", row.key);
  if (by == UsageQuery::By::kHour || by == UsageQuery::By::kDay) object.text("from", timestampText(row.fromMillis));
  object.integer("runs", row.runs).integer("calls", row.calls);
  object.number("cpuMs", static_cast<double>(row.cpuNanos) / kNanosPerMilli);
  object.number("wallMs", static_cast<double>(row.wallNanos) / kNanosPerMilli);
  object.number("memoryMbMs", static_cast<double>(row.memoryByteMillis) / kBytesPerMegabyte);
  object.integer("bytesIn", row.bytesIn).integer("bytesOut", row.bytesOut).integer("errors", row.errors);
}

}  // namespace

std::string usageJson(std::span<const UsageRow> rows, UsageQuery::By by) {
  std::string out = "{\"rows\":[";
  for (const UsageRow& row : rows) {
    if (&row != rows.data()) out += ',';
    appendRow(out, row, by);
  }
  return out + "]}";
}

std::string auditJson(const AuditRecord& record) {
  std::string out;
  {
    const AuditEvent& event = record.event;
    JsonObject object(out);
    object.integer("seq", record.seq).text("at", timestampText(record.atMillis));
    object.text("tenant", event.tenant).text("key", event.key).text("what", event.what).text("subject", event.subject);
    if (!event.detailJson.empty()) object.raw("detail", event.detailJson);
    if (!event.trace.empty()) object.text("trace", event.trace);
    object.text("hash", record.hash);
  }
  return out;
}

std::string keyJson(const Key& key) {
  std::string out;
  {
    const Quota& quota = key.spec.quota;
    JsonObject object(out);
    object.text("id", key.id).text("tenant", key.spec.tenant).text("name", key.spec.name);
    object.boolean("operator", key.spec.isOperator);
    if (quota.concurrent > 0) object.integer("concurrent", quota.concurrent);
    if (quota.cpuNanos > 0) {
      object.number("cpuMs", static_cast<double>(quota.cpuNanos) / kNanosPerMilli);
      object.integer("windowMs", quota.windowMillis);
    }
    if (quota.memoryBytes > 0) object.integer("memoryBytes", quota.memoryBytes);
    if (quota.requestsPerSecond > 0) object.number("requestsPerSecond", quota.requestsPerSecond);
    object.text("createdAt", timestampText(key.createdMillis));
    if (key.revokedMillis != 0) object.text("revokedAt", timestampText(key.revokedMillis));
  }
  return out;
}

}  // namespace mayfly
