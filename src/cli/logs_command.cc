// SPDX-License-Identifier: Apache-2.0
#include "cli/logs_command.h"

#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>

#include "base/json_text.h"
#include "base/timestamp.h"
#include "cli/ledger_access.h"
#include "ledger/ledger_json.h"
#include "scheduler/json_check.h"

namespace mayfly::cli {
namespace {

constexpr uint64_t kShownBeforeFollowing = 10;
constexpr std::chrono::milliseconds kLookAgain{200};

Style styleOf(std::string_view what) {
  if (what == "kill" || what == "refuse" || what == "lost") return Style::kRed;
  if (what.starts_with("key.")) return Style::kYellow;
  return Style::kPlain;
}

// A record of a log that somebody has tampered with must not break the document or the terminal that it is put into.
AuditRecord harmless(AuditRecord record) {
  std::string& detail = record.event.detailJson;
  if (!detail.empty() && !checkJson(detail)) detail = jsonString(detail);
  return record;
}

std::string textLine(const AuditRecord& record, const Terminal& out) {
  const AuditEvent& event = record.event;
  std::string line = timestampText(record.atMillis) + "  " + std::to_string(record.seq) + "  " +
                     out.paint(printable(event.what), styleOf(event.what));
  for (const std::string* part : {&event.tenant, &event.key, &event.subject, &event.detailJson, &event.trace}) {
    std::string shown = printable(*part);
    std::replace(shown.begin(), shown.end(), '\n', ' ');
    if (!shown.empty()) line += "  " + shown;
  }
  return line;
}

// Prints what there is after `query.afterSeq`, which moves on.
Result<void> print(Ledger& ledger, AuditQuery& query, bool json, const Terminal& out) {
  for (;;) {
    auto records = ledger.auditAfter(query);
    if (!records) return std::move(records).error();
    if (records->empty()) return {};
    std::string text;
    for (AuditRecord& record : *records) {
      record = harmless(std::move(record));
      text += (json ? auditJson(record) : textLine(record, out)) + '\n';
    }
    out.write(text);
    query.afterSeq = records->back().seq;
  }
}

Result<void> follow(OpenLedger& open, AuditQuery& query, bool json, const Terminal& out) {
  bool over = false;
  // A reader that went away. A file can neither be watched nor go away.
  (void)open.loop->watch(STDOUT_FILENO, 0, [&](uint32_t) { over = true; }).ok();
  while (!over) {
    // Records that are filtered out are passed over, or each look would begin with them again.
    auto head = open.ledger->auditHead();
    if (!head) return std::move(head).error();
    if (head->seq > query.afterSeq) {
      MAYFLY_TRY(print(*open.ledger, query, json, out));
      query.afterSeq = std::max(query.afterSeq, head->seq);
    }
    MonotonicTime next = monotonicNow() + kLookAgain;
    open.loop->runUntil([&] { return over; }, next);
  }
  return {};
}

Result<void> checkHead(Ledger& ledger, const std::string& flag) {
  uint64_t seq = 0;
  const char* end = flag.data() + flag.size();
  auto [rest, failure] = std::from_chars(flag.data(), end, seq);
  if (failure != std::errc() || rest == end || *rest != ':' || seq == 0) {
    return Error{ErrorCode::kUsage, "--head wants SEQ:HASH, as --verify prints it"};
  }
  auto records = ledger.auditAfter({.afterSeq = seq - 1, .limit = 1});
  if (!records) return std::move(records).error();
  std::string_view hash(rest + 1, end);
  if (!records->empty() && records->front().seq == seq && records->front().hash == hash) return {};
  return Error{ErrorCode::kConflict,
               "the audit log is not the one it was: record " + std::to_string(seq) + " is missing or another"};
}

int verify(Ledger& ledger, const LogsFlags& flags, const Terminal& out) {
  auto last = ledger.verifyAudit();
  if (!last) return complain(last.error());
  if (!flags.head.empty()) {
    if (auto same = checkHead(ledger, flags.head); !same) return complain(same.error());
  }
  auto records = ledger.auditAfter({.afterSeq = *last > 0 ? *last - 1 : 0, .limit = 1});
  if (!records) return complain(records.error());
  std::string head = records->empty() ? "" : std::to_string(*last) + ":" + records->front().hash;
  if (flags.json) {
    std::string json;
    JsonObject(json).boolean("ok", true).integer("records", *last).text("head", head);
    out.line(json);
  } else {
    out.line(std::to_string(*last) + " records, and every hash fits" + (head.empty() ? "" : "\nhead " + head));
  }
  return 0;
}

}  // namespace

int logsCommand(const LogsFlags& flags) {
  Terminal out(STDOUT_FILENO);
  AuditQuery query{.tenant = flags.tenant, .what = flags.what};
  if (!flags.since.empty()) {
    auto since = parseMoment("--since", flags.since, static_cast<int64_t>(wallClockMillis()));
    if (!since) return complain(since.error());
    query.sinceMillis = *since;
  }
  if (!flags.head.empty() && !flags.verify) return complain({ErrorCode::kUsage, "--head goes with --verify"});
  auto open = openLedger(flags.data, IfMissing::kRefuse);
  if (!open) return complain(open.error());
  if (flags.verify) return verify(*open->ledger, flags, out);
  if (flags.follow && flags.since.empty()) {
    auto head = open->ledger->auditHead();
    if (!head) return complain(head.error());
    query.afterSeq = head->seq - std::min(head->seq, kShownBeforeFollowing);
  }
  auto printed = flags.follow ? follow(*open, query, flags.json, out) : print(*open->ledger, query, flags.json, out);
  return printed ? 0 : complain(printed.error());
}

}  // namespace mayfly::cli
