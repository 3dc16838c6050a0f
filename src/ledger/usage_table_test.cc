// SPDX-License-Identifier: Apache-2.0
#include "ledger/usage_table.h"

#include "ledger/ledger_fixture.h"

namespace mayfly {
namespace {

constexpr int64_t kMonday = 1'789'948'800'000;  // a midnight
using By = UsageQuery::By;

class UsageTableTest : public LedgerTest {
 protected:
  void SetUp() override {
    LedgerTest::SetUp();
    ledger_ = open();
  }
  void TearDown() override {
    ledger_.reset();
    LedgerTest::TearDown();
  }
  void record(const char* tenant, const char* key, const char* kind, int64_t at, uint64_t cpu, const char* error = "") {
    ledger_->record({tenant, key, kind, "id", at, cpu, 2 * cpu, 3, 4, 5, error});
  }
  std::vector<UsageRow> rows(const UsageQuery& query) {
    auto found = ledger_->usage(query);
    EXPECT_TRUE(found.ok()) << (found.ok() ? "" : found.error().message);
    return found.ok() ? *found : std::vector<UsageRow>();
  }

  std::unique_ptr<Ledger> ledger_;
};

TEST_F(UsageTableTest, SumsEveryCounter) {
  record("acme", "k", "run", kMonday, 10);
  record("acme", "k", "run", kMonday + 1, 20, "E_CPU");
  record("acme", "k", "call", kMonday, 1);
  record("acme", "k", "fetch", kMonday, 1);
  record("acme", "k", "session", kMonday, 1);
  record("acme", "k", "idle", kMonday, 7);
  ASSERT_TRUE(stored(*ledger_).ok());
  record("acme", "k", "run", kMonday, 100);
  ASSERT_TRUE(stored(*ledger_).ok());
  for (By by : {By::kAll, By::kHour, By::kDay, By::kKey}) {
    auto found = rows({.by = by});
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].tenant, "acme");
    EXPECT_EQ(found[0].key, by == By::kKey ? "k" : "");
    EXPECT_EQ(found[0].fromMillis, by == By::kHour || by == By::kDay ? kMonday : 0);
    EXPECT_EQ(found[0].runs, 3U);
    EXPECT_EQ(found[0].calls, 3U);
    EXPECT_EQ(found[0].cpuNanos, 140U);
    EXPECT_EQ(found[0].wallNanos, 280U);
    EXPECT_EQ(found[0].memoryByteMillis, 21U);
    EXPECT_EQ(found[0].bytesIn, 28U);
    EXPECT_EQ(found[0].bytesOut, 35U);
    EXPECT_EQ(found[0].errors, 1U);
  }
}

TEST_F(UsageTableTest, GroupsByTimeAndKey) {
  record("acme", "k1", "run", kMonday, 1);
  record("acme", "k2", "run", kMonday + kHourMillis - 1, 2);
  record("acme", "k1", "run", kMonday + kHourMillis, 4);
  record("acme", "k1", "run", kMonday + kDayMillis, 8);
  record("beta", "k3", "run", kMonday, 16);
  ASSERT_TRUE(stored(*ledger_).ok());
  auto cpu = [&](const UsageQuery& query) {
    std::string text;
    for (const UsageRow& row : rows(query)) text += row.tenant.substr(0, 1) + std::to_string(row.cpuNanos) + " ";
    return text;
  };
  EXPECT_EQ(cpu({.by = By::kAll}), "a15 b16 ");
  EXPECT_EQ(cpu({.tenant = "acme", .by = By::kAll}), "a15 ");
  EXPECT_EQ(cpu({.tenant = "acme", .by = By::kHour}), "a3 a4 a8 ");
  EXPECT_EQ(cpu({.by = By::kHour}), "a3 b16 a4 a8 ");
  EXPECT_EQ(cpu({.tenant = "acme", .by = By::kDay}), "a7 a8 ");
  EXPECT_EQ(cpu({.tenant = "acme", .by = By::kKey}), "a13 a2 ");
  EXPECT_EQ(cpu({.tenant = "acme", .fromMillis = kMonday + kHourMillis, .by = By::kKey}), "a12 ");
  EXPECT_EQ(cpu({.fromMillis = kMonday + 5, .toMillis = kMonday + kHourMillis}), "a3 b16 ");
  EXPECT_EQ(cpu({.tenant = "nobody"}), "");
}

TEST_F(UsageTableTest, TheFileGrowsWithHoursAndNotWithRuns) {
  for (int i = 0; i < 1000; ++i) {
    record("acme", "k", "run", kMonday + i, 1);
    if (i % 10 == 0) loop_->runOnce();
  }
  ASSERT_TRUE(stored(*ledger_).ok());
  EXPECT_EQ(raw()->number("SELECT count(*) FROM usage").value(), 1);
  EXPECT_EQ(rows({}).front().runs, 1000U);
}

TEST_F(UsageTableTest, CountersStopAtTheirEnd) {
  for (int i = 0; i < 3; ++i) {
    record("acme", "k", "run", kMonday + i * kHourMillis, UINT64_MAX - 1);
    record("acme", "k", "run", kMonday, INT64_MAX);
    ASSERT_TRUE(stored(*ledger_).ok());
  }
  for (By by : {By::kAll, By::kHour, By::kDay, By::kKey}) {
    for (const UsageRow& row : rows({.by = by})) EXPECT_EQ(row.cpuNanos, uint64_t{INT64_MAX});
  }
}

TEST_F(UsageTableTest, CpuOfAWindowCountsWhatIsNotStoredYet) {
  record("acme", "k1", "run", kMonday, 1);
  record("acme", "k1", "run", kMonday + kHourMillis, 2);
  ASSERT_TRUE(stored(*ledger_).ok());
  record("acme", "k2", "idle", kMonday + kHourMillis, 4);
  record("beta", "k3", "run", kMonday + kHourMillis, 8);
  EXPECT_EQ(ledger_->cpuNanosSince("acme", kMonday).value(), 7U);
  EXPECT_EQ(ledger_->cpuNanosSince("acme", kMonday + kHourMillis + 1).value(), 6U);
  EXPECT_EQ(ledger_->cpuNanosSince("acme", kMonday + 2 * kHourMillis).value(), 0U);
  EXPECT_EQ(ledger_->cpuNanosSince("nobody", 0).value(), 0U);
}

}  // namespace
}  // namespace mayfly
