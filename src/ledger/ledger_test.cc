// SPDX-License-Identifier: Apache-2.0
#include "ledger/ledger.h"

#include <sys/resource.h>
#include <csignal>

#include "base/clock.h"
#include "ledger/ledger_fixture.h"

namespace mayfly {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// While it lives no file of this process can grow past `bytes`: a disk that is full.
class FullDisk {
 public:
  explicit FullDisk(rlim_t bytes) {
    previous_ = std::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &limit_);
    rlimit lower{bytes, limit_.rlim_max};
    EXPECT_EQ(::setrlimit(RLIMIT_FSIZE, &lower), 0);
  }
  ~FullDisk() {
    ::setrlimit(RLIMIT_FSIZE, &limit_);
    std::signal(SIGXFSZ, previous_);
  }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

 private:
  rlimit limit_{};
  void (*previous_)(int) = nullptr;
};

TEST_F(LedgerTest, WhatIsGivenInOneTurnIsStoredTogetherAtItsEnd) {
  auto ledger = open();
  auto observer = raw();
  auto count = [&] { return observer->number("SELECT count(*) FROM audit").value(); };
  std::vector<int64_t> seen;
  for (int i = 0; i < 10; ++i) {
    ledger->audit(event("run"));
    ledger->whenStored([&](const Result<void>& result) {
      EXPECT_TRUE(result.ok());
      seen.push_back(count());
    });
  }
  EXPECT_EQ(count(), 0);
  EXPECT_TRUE(seen.empty());
  loop_->runOnce();
  EXPECT_EQ(seen, std::vector<int64_t>(10, 10));
}

TEST_F(LedgerTest, WithNothingToStoreTheAnswerComesAllTheSame) {
  auto ledger = open();
  EXPECT_TRUE(stored(*ledger).ok());
}

TEST_F(LedgerTest, ACallbackMayGiveMore) {
  auto ledger = open();
  bool second = false;
  ledger->audit(event("one"));
  ledger->whenStored([&](const Result<void>&) {
    ledger->audit(event("two"));
    ledger->whenStored([&](const Result<void>& result) { second = result.ok(); });
  });
  loop_->runUntil([&] { return second; }, monotonicNow() + seconds(30));
  EXPECT_TRUE(second);
  EXPECT_EQ(all(*ledger).size(), 2U);
}

TEST_F(LedgerTest, TheDestructorStoresWhatIsLeft) {
  {
    auto ledger = open();
    ledger->audit(event("last"));
  }
  loop_->runOnce(monotonicNow());  // what it had deferred finds nobody
  EXPECT_EQ(all(*open()).size(), 1U);
}

TEST_F(LedgerTest, AFullDiskIsToldAndWhatWasGivenIsStoredLater) {
  auto ledger = open();
  ledger->audit(event("before"));
  ASSERT_TRUE(stored(*ledger).ok());
  {
    FullDisk full(std::filesystem::file_size(file() + "-wal"));
    for (int i = 0; i < 3; ++i) {
      ledger->audit(event("meanwhile"));
      ledger->record(runOf(5));
      auto told = stored(*ledger);
      ASSERT_FALSE(told.ok());
      EXPECT_EQ(told.error().code, ErrorCode::kUnavailable) << told.error().message;
    }
    EXPECT_EQ(all(*ledger).size(), 1U);
  }
  loop_->runUntil([&] { return all(*ledger).size() > 1; }, monotonicNow() + seconds(30));
  EXPECT_EQ(all(*ledger).size(), 4U);
  EXPECT_EQ(ledger->usage({}).value().front().runs, 3U);
  EXPECT_TRUE(stored(*ledger).ok());
  EXPECT_EQ(ledger->verifyAudit().value(), 4U);
}

TEST_F(LedgerTest, ADiskThatFailsForLongCostsRecordsAndNotMemory) {
  auto ledger = open();
  ledger->audit(event("before"));
  ASSERT_TRUE(stored(*ledger).ok());
  constexpr int kGiven = 300'000;
  {
    FullDisk full(std::filesystem::file_size(file() + "-wal"));
    for (int i = 0; i < kGiven; ++i) ledger->audit(event("meanwhile"));
    EXPECT_FALSE(stored(*ledger).ok());
  }
  loop_->runUntil([&] { return all(*ledger).size() > 1; }, monotonicNow() + seconds(60));
  auto last = all(*ledger).back();
  EXPECT_LT(last.seq, uint64_t{kGiven});
  EXPECT_EQ(last.event.what, "lost");
  // All but what is there, `before` and the confession.
  EXPECT_EQ(last.event.detailJson,
            "{\"audit\":" + std::to_string(kGiven - (last.seq - 2)) + ",\"usage\":0,\"answers\":0}");
  EXPECT_TRUE(ledger->verifyAudit().ok());
}

TEST_F(LedgerTest, AnotherProcessesTransactionIsWaitedFor) {
  auto ledger = open();
  auto other = raw();
  ASSERT_TRUE(other->execute("BEGIN IMMEDIATE").ok());
  std::optional<Result<void>> told;
  ledger->audit(event("patient"));
  ledger->whenStored([&](const Result<void>& result) { told = result; });
  bool over = false;
  loop_->at(monotonicNow() + milliseconds(150), [&] { over = true; });
  loop_->runUntil([&] { return over; }, monotonicNow() + seconds(30));
  EXPECT_FALSE(told.has_value());
  ASSERT_TRUE(other->execute("COMMIT").ok());
  loop_->runUntil([&] { return told.has_value(); }, monotonicNow() + seconds(30));
  ASSERT_TRUE(told.has_value());
  EXPECT_TRUE(told->ok());
  EXPECT_EQ(all(*ledger).size(), 1U);
}

TEST_F(LedgerTest, AnswersAreRecalledForADay) {
  auto ledger = open();
  int64_t now = static_cast<int64_t>(wallClockMillis());
  EXPECT_FALSE(ledger->recall("acme", "k").value().has_value());
  ledger->remember("acme", "k", {"hash", 201, std::string("body \0 with", 11), 0});
  for (int i = 0; i < 2; ++i) {  // not stored yet, stored
    auto answer = ledger->recall("acme", "k").value();
    ASSERT_TRUE(answer.has_value());
    EXPECT_EQ(answer->bodyHash, "hash");
    EXPECT_EQ(answer->status, 201);
    EXPECT_EQ(answer->body, std::string("body \0 with", 11));
    EXPECT_GE(answer->atMillis, now);
    ASSERT_TRUE(stored(*ledger).ok());
  }
  EXPECT_FALSE(ledger->recall("beta", "k").value().has_value());
  ledger->remember("acme", "k", {"hash", 500, "newer", 0});
  ASSERT_TRUE(stored(*ledger).ok());
  EXPECT_EQ(ledger->recall("acme", "k").value()->body, "newer");
  ledger->remember("acme", "old", {"hash", 200, "", now - kAnswerLifeMillis - 1});
  ASSERT_TRUE(stored(*ledger).ok());
  EXPECT_FALSE(ledger->recall("acme", "old").value().has_value());
}

TEST_F(LedgerTest, OldAnswersGo) {
  int64_t now = static_cast<int64_t>(wallClockMillis());
  for (int i = 0; i < 2; ++i) {
    auto ledger = open();
    ledger->remember("acme", "old", {"hash", 200, "", now - kAnswerLifeMillis - 1});
    ledger->remember("acme", "new", {"hash", 200, "", now});
    ASSERT_TRUE(stored(*ledger).ok());
  }
  EXPECT_EQ(raw()->number("SELECT count(*) FROM answers").value(), 1);
}

TEST_F(LedgerTest, ADurableLedgerWorksTheSame) {
  auto opened = Ledger::open(*loop_, {.folder = folder_, .durable = true});
  ASSERT_TRUE(opened.ok());
  (*opened)->audit(event("run"));
  EXPECT_TRUE(stored(**opened).ok());
  EXPECT_EQ((*opened)->verifyAudit().value(), 1U);
}

}  // namespace
}  // namespace mayfly
