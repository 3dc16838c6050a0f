// SPDX-License-Identifier: Apache-2.0
#include "ledger/batch.h"

#include <algorithm>

#include "base/json_text.h"
#include "base/utf8.h"

namespace mayfly {
namespace {

constexpr size_t kMostBytes = 32U << 20U;
constexpr size_t kMostText = 1024;
constexpr size_t kMostDetail = 16U << 10U;
constexpr size_t kEventBytes = 256;  // what an event takes besides its texts

void clean(std::string& text, size_t most) {
  if (!isUtf8(text)) {
    std::string wellFormed;
    for (size_t i = 0; i < text.size();) {
      size_t length = utf8SequenceLength(std::string_view(text).substr(i));
      wellFormed += length == 0 ? std::string_view("\xEF\xBF\xBD") : std::string_view(text).substr(i, length);
      i += std::max<size_t>(length, 1);
    }
    text = std::move(wellFormed);
  }
  if (text.size() > most) text = std::string(utf8Prefix(text, most));
}

void clean(AuditEvent& event) {
  for (std::string* text : {&event.tenant, &event.key, &event.what, &event.subject, &event.trace}) {
    clean(*text, kMostText);
  }
  // An object that is cut would be none.
  if (event.detailJson.size() > kMostDetail || !isUtf8(event.detailJson)) event.detailJson = R"({"tooLarge":true})";
}

size_t sizeOf(const AuditEvent& event) {
  return kEventBytes + event.tenant.size() + event.key.size() + event.what.size() + event.subject.size() +
         event.detailJson.size() + event.trace.size();
}

Result<void> writeAnswer(Database& database, std::string_view tenant, std::string_view key,
                         const StoredAnswer& answer) {
  auto insert = database.query(
      "INSERT INTO answers (tenant, key, body_hash, status, body, at) VALUES (?,?,?,?,?,?) ON CONFLICT DO UPDATE SET "
      "body_hash = excluded.body_hash, status = excluded.status, body = excluded.body, at = excluded.at");
  if (!insert) return std::move(insert).error();
  insert->text(tenant)
      .text(key)
      .text(answer.bodyHash)
      .integer(answer.status)
      .blob(answer.body)
      .integer(answer.atMillis);
  return insert->run();
}

}  // namespace

Result<std::optional<StoredAnswer>> readAnswer(Database& database, std::string_view tenant, std::string_view key,
                                               int64_t nowMillis) {
  auto found =
      database.query("SELECT body_hash, status, body, at FROM answers WHERE tenant = ? AND key = ? AND at > ?");
  if (!found) return std::move(found).error();
  auto row = found->text(tenant).text(key).integer(nowMillis - kAnswerLifeMillis).next();
  if (!row) return std::move(row).error();
  if (!*row) return std::optional<StoredAnswer>();
  StoredAnswer answer;
  answer.bodyHash = found->textAt(0);
  answer.status = static_cast<uint16_t>(found->integerAt(1));
  answer.body = found->textAt(2);
  answer.atMillis = found->integerAt(3);
  return std::optional<StoredAnswer>(std::move(answer));
}

Result<void> dropOldAnswers(Database& database, int64_t nowMillis) {
  auto drop = database.query(
      "DELETE FROM answers WHERE rowid IN (SELECT rowid FROM answers WHERE at <= ? ORDER BY at LIMIT 500)");
  if (!drop) return std::move(drop).error();
  return drop->integer(nowMillis - kAnswerLifeMillis).run();
}

bool Batch::reserve(size_t size) {
  if (bytes_ + size > kMostBytes && !(events_.empty() && answers_.empty())) return false;
  bytes_ += size;
  return true;
}

void Batch::lose(uint64_t& counter) {
  ++counter;
  lostLately_ = true;
}

void Batch::add(const UsageRecord& usage) {
  if (!usage_.add(usage)) lose(lostUsage_);
}

void Batch::add(AuditEvent event, int64_t nowMillis) {
  clean(event);
  if (!reserve(sizeOf(event))) return lose(lostEvents_);
  events_.push_back({nowMillis, std::move(event)});
}

void Batch::add(std::string_view tenant, std::string_view key, StoredAnswer answer) {
  if (!reserve(tenant.size() + key.size() + answer.body.size() + kEventBytes)) return lose(lostAnswers_);
  answers_.push_back({std::string(tenant), std::string(key), std::move(answer)});
}

TimedEvent Batch::lossEvent(int64_t nowMillis) const {
  std::string detail;
  JsonObject(detail).integer("audit", lostEvents_).integer("usage", lostUsage_).integer("answers", lostAnswers_);
  return {nowMillis, {"", "", "lost", "", std::move(detail), ""}};
}

Result<void> Batch::write(Database& database, int64_t nowMillis) const {
  auto transaction = Transaction::begin(database);
  if (!transaction) return std::move(transaction).error();
  MAYFLY_TRY(usage_.write(database));
  auto appender = AuditAppender::atEnd(database);
  if (!appender) return std::move(appender).error();
  for (const TimedEvent& event : events_) MAYFLY_TRY(appender->append(event));
  if (lostEvents_ + lostUsage_ + lostAnswers_ > 0) MAYFLY_TRY(appender->append(lossEvent(nowMillis)));
  for (const Remembered& each : answers_) MAYFLY_TRY(writeAnswer(database, each.tenant, each.key, each.answer));
  return transaction->commit();
}

void Batch::clear() {
  usage_.clear();
  events_.clear();
  answers_.clear();
  bytes_ = 0;
  lostUsage_ = lostEvents_ = lostAnswers_ = 0;
}

bool Batch::empty() const {
  return usage_.empty() && events_.empty() && answers_.empty() && lostUsage_ + lostEvents_ + lostAnswers_ == 0;
}

std::optional<StoredAnswer> Batch::answer(std::string_view tenant, std::string_view key) const {
  auto found = std::find_if(answers_.rbegin(), answers_.rend(),
                            [&](const Remembered& each) { return each.tenant == tenant && each.key == key; });
  return found == answers_.rend() ? std::nullopt : std::optional(found->answer);
}

}  // namespace mayfly
