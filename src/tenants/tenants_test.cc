// SPDX-License-Identifier: Apache-2.0
// Admission and quotas with a real ledger. No process is started: that takes a first use of a tenant's scheduler.
#include "tenants/tenants.h"

#include <gtest/gtest.h>

#include <filesystem>

namespace mayfly {
namespace {

using std::chrono::seconds;

// Far longer than the test takes, and its end is far away as well (it began in 1970).
constexpr uint64_t kAgesMillis = 400ULL * 365 * 24 * 3'600'000;

class TenantsTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "mayfly-tenants-XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    loop_ = std::move(EventLoop::create()).value();
    ledger_ = std::move(Ledger::open(*loop_, {.folder = folder_})).value();
    options_.places = 4;
    options_.queued = 8;
    restart();
  }
  void TearDown() override {
    places_.clear();
    tenants_.reset();
    ledger_.reset();
    std::filesystem::remove_all(folder_);
  }
  void restart() {
    tenants_.reset();
    tenants_ = Tenants::create(*loop_, *ledger_, options_);
  }
  static Caller caller(const std::string& tenant, const Quota& quota = {}) {
    return {tenant, "key_of_" + tenant, false, quota};
  }
  // Asks; the place is kept. "" while it waits, "ok" or the error's code.
  std::shared_ptr<std::string> admit(const Caller& from) {
    auto answer = std::make_shared<std::string>();
    tickets_.push_back(tenants_->admit(from, [this, answer, from](Result<std::unique_ptr<Place>> place) {
      *answer = place ? "ok" : std::string(errorInfo(place.error().code).code);
      if (place) places_.emplace(from.tenant, std::move(place).value());
    }));
    return answer;
  }
  void giveBack(const std::string& tenant) {
    auto found = places_.find(tenant);
    ASSERT_NE(found, places_.end());
    places_.erase(found);
    loop_->runOnce(monotonicNow());
  }
  static Usage cpu(uint64_t nanos) {
    Usage usage;
    usage.cpuUserNanos = nanos - nanos / 4;
    usage.cpuSystemNanos = nanos / 4;
    return usage;
  }

  std::string folder_;
  TenantsOptions options_;
  std::unique_ptr<EventLoop> loop_;
  std::unique_ptr<Ledger> ledger_;
  std::unique_ptr<Tenants> tenants_;
  std::multimap<std::string, std::unique_ptr<Place>> places_;
  std::vector<Tenants::Ticket> tickets_;
};

TEST_F(TenantsTest, WithoutKeysLocalCallersAreTheDefaultTenant) {
  auto local = tenants_->authenticate("", true);
  ASSERT_TRUE(local.ok());
  EXPECT_EQ(local->tenant, "default");
  EXPECT_TRUE(local->isOperator);
  EXPECT_EQ(tenants_->authenticate("", false).error().code, ErrorCode::kUnauthorized);
}

TEST_F(TenantsTest, WithAKeyEveryCallerNeedsOne) {
  auto made = ledger_->createKey({.tenant = "acme", .quota = {.concurrent = 3}});
  ASSERT_TRUE(made.ok());
  for (const char* wrong : {"", "mf_wrong"}) {
    EXPECT_EQ(tenants_->authenticate(wrong, true).error().code, ErrorCode::kUnauthorized);
  }
  auto found = tenants_->authenticate(made->secret, false);
  ASSERT_TRUE(found.ok());
  EXPECT_EQ(found->tenant, "acme");
  EXPECT_EQ(found->key, made->key.id);
  EXPECT_EQ(found->quota.concurrent, 3U);
  EXPECT_FALSE(found->isOperator);
  ASSERT_TRUE(ledger_->revokeKey(made->key.id).ok());
  EXPECT_EQ(tenants_->authenticate(made->secret, true).error().code, ErrorCode::kUnauthorized);
  EXPECT_EQ(tenants_->authenticate("", true).error().code, ErrorCode::kUnauthorized);
}

TEST_F(TenantsTest, PlacesAreTakenWaitedForAndGivenBack) {
  std::vector<std::shared_ptr<std::string>> answers;
  for (int i = 0; i < 6; ++i) answers.push_back(admit(caller("default")));
  EXPECT_EQ(*answers[3], "ok");
  EXPECT_EQ(*answers[4], "");
  EXPECT_EQ(tenants_->counts().placesTaken, 4U);
  EXPECT_EQ(tenants_->counts().waiting, 2U);
  giveBack("default");
  EXPECT_EQ(*answers[4], "ok");
  EXPECT_EQ(*answers[5], "");
  EXPECT_EQ(tenants_->counts().admitted, 5U);
  EXPECT_EQ(tenants_->counts().tenants, 0U) << "nothing was started";
}

TEST_F(TenantsTest, AForgottenTicketStopsTheWaiting) {
  for (int i = 0; i < 5; ++i) admit(caller("default"));
  auto last = admit(caller("default"));
  tickets_.erase(tickets_.begin() + 4);
  EXPECT_EQ(tenants_->counts().waiting, 1U);
  giveBack("default");
  EXPECT_EQ(*last, "ok");
}

TEST_F(TenantsTest, TicketsAndPlacesMayOutliveTheTenants) {
  for (int i = 0; i < 6; ++i) admit(caller("default"));
  tenants_.reset();
  places_.clear();
  tickets_.clear();
}

TEST_F(TenantsTest, TooManyWaitersAreBusy) {
  for (int i = 0; i < 12; ++i) admit(caller("default"));
  EXPECT_EQ(*admit(caller("default")), "E_BUSY");
  EXPECT_EQ(tenants_->counts().busy, 1U);
  EXPECT_EQ(tenants_->retryAfter(caller("default")), 1U);
}

TEST_F(TenantsTest, ConcurrencyIsTheTenantsAndNotTheKeys) {
  Quota two{.concurrent = 2};
  Caller first = caller("acme", two);
  Caller second = first;
  second.key = "key_2";
  EXPECT_EQ(*admit(first), "ok");
  EXPECT_EQ(*admit(second), "ok");
  EXPECT_EQ(*admit(second), "");
  EXPECT_EQ(*admit(caller("beta")), "ok");
}

TEST_F(TenantsTest, RequestsPerSecondAreTheKeys) {
  Caller slow = caller("acme", {.requestsPerSecond = 0.001});
  EXPECT_EQ(*admit(slow), "ok");
  EXPECT_EQ(*admit(slow), "E_QUOTA");
  EXPECT_EQ(tenants_->counts().quota, 1U);
  EXPECT_GT(tenants_->retryAfter(slow), 900U);
  EXPECT_LE(tenants_->retryAfter(slow), 1000U);
  Caller other = slow;
  other.key = "key_2";
  EXPECT_EQ(*admit(other), "ok");
}

TEST_F(TenantsTest, CpuTimeEndsAtTheQuotaAndIsTheTenants) {
  Caller small = caller("acme", {.cpuNanos = 1000, .windowMillis = kAgesMillis});
  EXPECT_EQ(*admit(small), "ok");
  places_.find("acme")->second->used(cpu(999));
  EXPECT_EQ(*admit(small), "ok");
  places_.find("acme")->second->used(cpu(1));
  EXPECT_EQ(*admit(small), "E_QUOTA");
  EXPECT_EQ(tenants_->retryAfter(small), 86'400U);
  Caller second = small;
  second.key = "key_2";
  EXPECT_EQ(*admit(second), "E_QUOTA");
  second.quota.cpuNanos = 2000;  // a key that is granted more
  EXPECT_EQ(*admit(second), "ok");
  EXPECT_EQ(*admit(caller("beta", small.quota)), "ok");
}

TEST_F(TenantsTest, CpuTimeIsNotForgivenByARestart) {
  UsageRecord record;
  record.tenant = "acme";
  record.kind = "run";
  record.atMillis = static_cast<int64_t>(wallClockMillis());
  record.cpuNanos = 1000;
  ledger_->record(record);
  EXPECT_EQ(*admit(caller("acme", {.cpuNanos = 1000, .windowMillis = kAgesMillis})), "E_QUOTA");
  EXPECT_EQ(*admit(caller("acme", {.cpuNanos = 1001, .windowMillis = kAgesMillis})), "ok");
  EXPECT_EQ(*admit(caller("beta", {.cpuNanos = 1000, .windowMillis = kAgesMillis})), "ok");
}

TEST_F(TenantsTest, AWindowThatEndsGivesCpuTimeAgain) {
  Caller small = caller("acme", {.cpuNanos = 1000, .windowMillis = 20});
  // Until an answer in the same window as the use: the window may end between the two.
  std::shared_ptr<std::string> refused;
  for (int i = 0; i < 1000 && (refused == nullptr || *refused == "ok"); ++i) {
    places_.clear();
    if (*admit(small) == "ok") places_.find("acme")->second->used(cpu(1000));
    refused = admit(small);
  }
  EXPECT_EQ(*refused, "E_QUOTA");
  std::string again;
  for (MonotonicTime end = monotonicNow() + seconds(30); again != "ok" && monotonicNow() < end;) again = *admit(small);
  EXPECT_EQ(again, "ok");
}

TEST_F(TenantsTest, WhoWaitsIsCheckedAgainWhenItsTurnComes) {
  Quota quota{.concurrent = 1, .cpuNanos = 1000, .windowMillis = kAgesMillis};
  EXPECT_EQ(*admit(caller("acme", quota)), "ok");
  auto waits = admit(caller("acme", quota));
  EXPECT_EQ(*waits, "");
  places_.find("acme")->second->used(cpu(1000));
  giveBack("acme");
  EXPECT_EQ(*waits, "E_QUOTA");
  EXPECT_EQ(tenants_->counts().placesTaken, 0U);
}

TEST_F(TenantsTest, DefaultsFillWhatAKeyLeavesOpen) {
  options_.defaults = {.concurrent = 1, .cpuNanos = 1000, .windowMillis = kAgesMillis, .requestsPerSecond = 0.001};
  restart();
  EXPECT_EQ(*admit(caller("acme")), "ok");
  EXPECT_EQ(*admit(caller("acme")), "E_QUOTA");
  Caller open = caller("acme", {.requestsPerSecond = 1e6});
  open.key = "key_2";
  EXPECT_EQ(*admit(open), "");
  places_.find("acme")->second->used(cpu(1000));
  EXPECT_EQ(*admit(open), "E_QUOTA");
}

TEST_F(TenantsTest, DrainingRefusesAndWaitsForTheLastPlace) {
  for (int i = 0; i < 4; ++i) admit(caller("default"));
  auto waits = admit(caller("default"));
  bool idle = false;
  tenants_->drain([&] { idle = true; });
  EXPECT_EQ(*waits, "E_UNAVAILABLE");
  EXPECT_EQ(*admit(caller("default")), "E_UNAVAILABLE");
  for (int i = 0; i < 3; ++i) giveBack("default");
  loop_->runOnce(monotonicNow());
  EXPECT_FALSE(idle);
  giveBack("default");
  loop_->runUntil([&] { return idle; }, monotonicNow() + seconds(10));
  EXPECT_TRUE(idle);
}

TEST_F(TenantsTest, DrainingWithNothingUnderWayIsOverAtOnce) {
  bool idle = false;
  tenants_->drain([&] { idle = true; });
  loop_->runUntil([&] { return idle; }, monotonicNow() + seconds(10));
  EXPECT_TRUE(idle);
}

TEST_F(TenantsTest, AFloodOfATenantLeavesAnotherItsTurn) {
  options_.queued = 2000;
  restart();
  for (int i = 0; i < 1000; ++i) admit(caller("flood"));
  auto first = admit(caller("other"));
  auto second = admit(caller("other"));
  for (uint32_t given = 0; first->empty(); ++given) {
    ASSERT_LT(given, options_.places);
    giveBack("flood");
  }
  for (uint32_t given = 0; second->empty(); ++given) {
    ASSERT_LT(given, options_.places);
    giveBack("flood");
  }
  EXPECT_EQ(*second, "ok");
}

}  // namespace
}  // namespace mayfly
