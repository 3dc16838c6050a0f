// SPDX-License-Identifier: Apache-2.0
#include "ledger/ledger.h"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "base/clock.h"
#include "ledger/schema.h"

namespace mayfly {
namespace {

using std::chrono::milliseconds;

// The loop does not stand still for another process's transaction; it comes back.
constexpr milliseconds kPatience{20};
constexpr milliseconds kBusyPause{10};
// So long a waiter waits for another process. Nothing of ours holds the file for more than a moment.
constexpr milliseconds kBusyLimit{5000};
constexpr milliseconds kFirstPause{50};
constexpr milliseconds kLongestPause{2000};
constexpr int64_t kAnswersDroppedEvery = 60'000;

int64_t nowMillis() { return static_cast<int64_t>(wallClockMillis()); }

Result<void> makeFolder(const std::string& folder) {
  std::error_code failure;
  if (std::filesystem::is_directory(folder, failure)) return {};
  std::filesystem::path parent = std::filesystem::path(folder).parent_path();
  if (!parent.empty()) std::filesystem::create_directories(parent, failure);
  if (::mkdir(folder.c_str(), 0700) == 0 || errno == EEXIST) return {};
  return errnoError("making the data folder " + folder, ErrorCode::kUnavailable);
}

}  // namespace

Result<std::unique_ptr<Ledger>> Ledger::open(EventLoop& loop, const Options& options) {
  if (options.create) MAYFLY_TRY(makeFolder(options.folder));
  auto database = Database::open(options.folder + "/ledger.db", options.create, options.durable);
  if (!database) return std::move(database).error().within("opening the ledger");
  if (auto prepared = prepareSchema(**database); !prepared) {
    return std::move(prepared).error().within("opening the ledger");
  }
  (*database)->setPatience(kPatience);
  return std::unique_ptr<Ledger>(new Ledger(loop, std::move(database).value()));
}

Ledger::Ledger(EventLoop& loop, std::unique_ptr<Database> database)
    : loop_(loop), database_(std::move(database)), keyCache_(*database_) {}

Ledger::~Ledger() {
  loop_.cancel(retryTimer_);
  if (batch_.empty()) return;
  database_->setPatience(kBusyLimit);
  (void)batch_.write(*database_, nowMillis()).ok();
}

void Ledger::record(const UsageRecord& usage) {
  batch_.add(usage);
  schedule();
}

void Ledger::audit(AuditEvent event) {
  batch_.add(std::move(event), nowMillis());
  schedule();
}

void Ledger::remember(std::string_view tenant, std::string_view key, StoredAnswer answer) {
  if (answer.atMillis == 0) answer.atMillis = nowMillis();
  batch_.add(tenant, key, std::move(answer));
  schedule();
}

void Ledger::whenStored(Waiter callback) {
  waiters_.push_back(std::move(callback));
  schedule();
}

void Ledger::schedule() {
  if (std::exchange(scheduled_, true)) return;
  loop_.later([this, alive = std::weak_ptr<bool>(alive_)] {
    if (!alive.expired()) flush();
  });
}

void Ledger::flush() {
  scheduled_ = false;
  if (batch_.empty()) return tell({});
  if (failure_ && monotonicNow() < retryAt_) {
    if (!busy_) tell(*failure_);
    return;  // the timer comes
  }
  auto written = write();
  if (!written) return onFailure(written.error());
  failure_.reset();
  batch_.clear();
  if (!batch_.takeLoss()) return tell({});
  tell(Error{ErrorCode::kUnavailable, "too much waited for the disk: some records are lost"});
}

Result<void> Ledger::write() {
  int64_t now = nowMillis();
  MAYFLY_TRY(batch_.write(*database_, now));
  if (now - answersDroppedMillis_ < kAnswersDroppedEvery && now >= answersDroppedMillis_) return {};
  answersDroppedMillis_ = now;
  // What is stored is stored; old answers are left for the next time.
  (void)dropOldAnswers(*database_, now).ok();
  return {};
}

void Ledger::onFailure(const Error& error) {
  MonotonicTime now = monotonicNow();
  if (!failure_) {
    failingSince_ = now;
    pause_ = kFirstPause;
  }
  failure_ = error;
  busy_ = database_->wasBusy() && now - failingSince_ < kBusyLimit;
  if (busy_) return retryIn(kBusyPause);
  retryIn(pause_);
  pause_ = std::min(2 * pause_, kLongestPause);
  tell(error);
}

void Ledger::retryIn(milliseconds pause) {
  retryAt_ = monotonicNow() + pause;
  loop_.cancel(retryTimer_);
  retryTimer_ = loop_.at(retryAt_, [this] { flush(); });
}

void Ledger::tell(const Result<void>& result) {
  if (!result) (void)batch_.takeLoss();  // it has been told
  for (const Waiter& waiter : std::exchange(waiters_, {})) waiter(result);
}

Result<uint64_t> Ledger::cpuNanosSince(std::string_view tenant, int64_t sinceMillis) {
  auto stored = readCpuNanosSince(*database_, tenant, sinceMillis);
  if (!stored) return stored;
  return *stored + batch_.cpuNanosSince(tenant, sinceMillis);
}

Result<NewKey> Ledger::createKey(const KeySpec& spec) {
  keyCache_.forget();
  database_->setPatience(kBusyLimit);
  auto made = insertKey(*database_, spec, nowMillis());
  database_->setPatience(kPatience);
  return made;
}

Result<void> Ledger::revokeKey(std::string_view id) {
  keyCache_.forget();
  database_->setPatience(kBusyLimit);
  auto revoked = revokeKeyById(*database_, id, nowMillis());
  database_->setPatience(kPatience);
  return revoked;
}

Result<std::optional<StoredAnswer>> Ledger::recall(std::string_view tenant, std::string_view key) {
  if (auto waiting = batch_.answer(tenant, key)) return waiting;
  return readAnswer(*database_, tenant, key, nowMillis());
}

}  // namespace mayfly
