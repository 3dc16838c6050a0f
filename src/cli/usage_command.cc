// SPDX-License-Identifier: Apache-2.0
#include "cli/usage_command.h"

#include <unistd.h>

#include "base/json_text.h"
#include "base/timestamp.h"
#include "cli/ledger_access.h"
#include "cli/quota_text.h"
#include "ledger/ledger_json.h"

namespace mayfly::cli {
namespace {

using By = UsageQuery::By;

Result<UsageQuery> readQuery(const UsageFlags& flags) {
  UsageQuery query{.tenant = flags.tenant};
  query.by = flags.by == "hour" ? By::kHour : flags.by == "key" ? By::kKey : flags.by == "all" ? By::kAll : By::kDay;
  auto now = static_cast<int64_t>(wallClockMillis());
  if (!flags.from.empty()) {
    auto from = parseMoment("--from", flags.from, now);
    if (!from) return std::move(from).error();
    query.fromMillis = *from;
  }
  if (!flags.to.empty()) {
    auto to = parseMoment("--to", flags.to, now);
    if (!to) return std::move(to).error();
    query.toMillis = *to;
  }
  return query;
}

std::string whenText(int64_t millis, By by) {
  std::string text = timestampText(millis);
  return by == By::kDay ? text.substr(0, 10) : text.substr(0, 16) + "Z";
}

// Gigabytes for an hour: what a machine is paid for.
std::string memoryText(uint64_t byteMillis) {
  std::string text;
  appendJsonNumber(text, static_cast<double>(byteMillis) / static_cast<double>(uint64_t{1} << 30U) / kHourMillis);
  return text + " GBh";
}

void printTable(const std::vector<UsageRow>& found, By by, const Terminal& out) {
  std::vector<std::string> heading = {"TENANT"};
  std::vector<bool> right = {false};
  if (by != By::kAll) {
    heading.insert(heading.begin(), by == By::kKey ? "KEY" : by == By::kDay ? "DAY" : "HOUR");
    right.push_back(false);
  }
  for (const char* name : {"RUNS", "CALLS", "ERRORS", "CPU", "WALL", "MEMORY", "IN", "OUT"}) {
    heading.emplace_back(name);
    right.push_back(true);
  }
  std::vector<std::vector<std::string>> rows = {heading};
  for (const UsageRow& row : found) {
    std::vector<std::string> line;
    if (by == By::kKey) line.push_back(row.key.empty() ? "-" : printable(row.key));
    if (by == By::kDay || by == By::kHour) line.push_back(whenText(row.fromMillis, by));
    line.push_back(printable(row.tenant));
    for (uint64_t count : {row.runs, row.calls, row.errors}) line.push_back(std::to_string(count));
    line.insert(line.end(), {cpuText(row.cpuNanos), cpuText(row.wallNanos), memoryText(row.memoryByteMillis),
                             bytesText(row.bytesIn), bytesText(row.bytesOut)});
    rows.push_back(std::move(line));
  }
  out.write(tableText(rows, right, out));
}

}  // namespace

int usageCommand(const UsageFlags& flags) {
  auto query = readQuery(flags);
  if (!query) return complain(query.error());
  auto open = openLedger(flags.data, IfMissing::kRefuse);
  if (!open) return complain(open.error());
  auto rows = open->ledger->usage(*query);
  if (!rows) return complain(rows.error());
  Terminal out(STDOUT_FILENO);
  if (flags.json) {
    out.line(usageJson(*rows, query->by));
  } else {
    printTable(*rows, query->by, out);
  }
  return 0;
}

}  // namespace mayfly::cli
