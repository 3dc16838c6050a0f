// SPDX-License-Identifier: Apache-2.0
#pragma once

// For the tests of this room: a folder of its own, an event loop, and a ledger that can be opened more than once.

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>

#include "ledger/ledger.h"

namespace mayfly {

class LedgerTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "mayfly-ledger-XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    loop_ = std::move(EventLoop::create()).value();
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::unique_ptr<Ledger> open() {
    auto opened = Ledger::open(*loop_, {.folder = folder_});
    EXPECT_TRUE(opened.ok()) << (opened.ok() ? "" : opened.error().message);
    return opened.ok() ? std::move(opened).value() : nullptr;
  }
  // The file by itself, past all rules.
  std::unique_ptr<Database> raw() { return std::move(Database::open(file(), false, false)).value(); }
  [[nodiscard]] std::string file() const { return folder_ + "/ledger.db"; }

  // Turns the loop until all that was given is stored or could not be.
  Result<void> stored(Ledger& ledger) {
    std::optional<Result<void>> told;
    ledger.whenStored([&](const Result<void>& result) { told = result; });
    loop_->runUntil([&] { return told.has_value(); }, monotonicNow() + std::chrono::seconds(30));
    return told.value_or(Error{ErrorCode::kInternal, "nobody was told"});
  }
  static AuditEvent event(std::string subject) {
    return {"acme", "key_1", "run", std::move(subject), R"({"n":1})", ""};
  }
  static UsageRecord runOf(uint64_t cpuNanos, int64_t atMillis = 0) {
    UsageRecord usage;
    usage.tenant = "acme";
    usage.key = "key_1";
    usage.kind = "run";
    usage.atMillis = atMillis;
    usage.cpuNanos = cpuNanos;
    return usage;
  }
  static std::vector<AuditRecord> all(Ledger& ledger) {
    return std::move(ledger.auditAfter({.limit = UINT32_MAX})).value();
  }

  std::string folder_;
  std::unique_ptr<EventLoop> loop_;
};

}  // namespace mayfly
