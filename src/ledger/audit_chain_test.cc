// SPDX-License-Identifier: Apache-2.0
#include "ledger/audit_chain.h"

#include <sys/wait.h>
#include <unistd.h>

#include "ledger/ledger_fixture.h"

namespace mayfly {
namespace {

class AuditChainTest : public LedgerTest {
 protected:
  // A ledger with this many records, closed again.
  void fill(int count) {
    auto ledger = open();
    for (int i = 1; i <= count; ++i) ledger->audit(event("run_" + std::to_string(i)));
    ASSERT_TRUE(stored(*ledger).ok());
  }
  // What somebody does who may write the file.
  void forge(const char* sql) {
    auto database = raw();
    ASSERT_TRUE(database
                    ->execute("DROP TRIGGER audit_is_never_updated; DROP TRIGGER audit_is_never_deleted;"
                              "DROP TRIGGER audit_has_no_gaps;")
                    .ok());
    auto done = database->execute(sql);
    ASSERT_TRUE(done.ok()) << done.error().message;
  }
  void expectBroken(std::string_view where) {
    auto verified = open()->verifyAudit();
    ASSERT_FALSE(verified.ok());
    EXPECT_EQ(verified.error().code, ErrorCode::kConflict);
    EXPECT_NE(verified.error().message.find(where), std::string::npos) << verified.error().message;
  }
};

TEST_F(AuditChainTest, TheEncodingIsTheOneOfTheDocument) {
  AuditEvent event{"acme", "key_1", "run", "run_1", R"({"n":1})", ""};
  std::string zeros(64, '0');
  std::string text =
      "14:mayfly-audit-1,64:" + zeros + ",1:7,13:1790000000123,4:acme,5:key_1,3:run,5:run_1,7:{\"n\":1},0:,";
  EXPECT_EQ(hexOf(auditHash({}, 7, 1'790'000'000'123, event)), sha256Hex(text));
}

TEST_F(AuditChainTest, NoFieldCanPassForPartOfItsNeighbour) {
  AuditEvent one{"a", "bc", "run", "", "", ""};
  AuditEvent other{"ab", "c", "run", "", "", ""};
  EXPECT_NE(auditHash({}, 1, 0, one), auditHash({}, 1, 0, other));
}

TEST_F(AuditChainTest, RecordsAreNumberedWithoutGapsAndVerify) {
  fill(3);
  fill(2);
  auto ledger = open();
  auto records = all(*ledger);
  ASSERT_EQ(records.size(), 5U);
  for (size_t i = 0; i < records.size(); ++i) EXPECT_EQ(records[i].seq, i + 1);
  EXPECT_EQ(records[3].event.subject, "run_1");
  EXPECT_EQ(records[3].event.detailJson, R"({"n":1})");
  EXPECT_EQ(ledger->verifyAudit().value(), 5U);
}

TEST_F(AuditChainTest, AnEmptyLogVerifies) { EXPECT_EQ(open()->verifyAudit().value(), 0U); }

TEST_F(AuditChainTest, TheTableRefusesToChange) {
  fill(3);
  auto database = raw();
  for (const char* sql : {
           "UPDATE audit SET tenant = 'other' WHERE seq = 2",
           "DELETE FROM audit WHERE seq = 3",
           "DELETE FROM audit",
           "INSERT OR REPLACE INTO audit SELECT 2, at, 'other', key, what, subject, detail, trace, hash FROM audit "
           "WHERE seq = 2",
           "INSERT INTO audit SELECT 5, at, tenant, key, what, subject, detail, trace, hash FROM audit WHERE seq = 3",
           "INSERT INTO audit SELECT 0, at, tenant, key, what, subject, detail, trace, hash FROM audit WHERE seq = 3",
       }) {
    auto done = database->execute(sql);
    ASSERT_FALSE(done.ok()) << sql;
    EXPECT_EQ(done.error().code, ErrorCode::kConflict) << sql;
  }
  EXPECT_EQ(open()->verifyAudit().value(), 3U);
}

TEST_F(AuditChainTest, AnyChangedFieldIsFound) {
  for (std::string field : {"tenant", "key", "what", "subject", "detail", "trace"}) {
    TearDown();
    SetUp();
    fill(5);
    forge(("UPDATE audit SET " + field + " = " + field + " || 'x' WHERE seq = 3").c_str());
    expectBroken("record 3 ");
  }
}

TEST_F(AuditChainTest, AChangedTimeIsFound) {
  fill(5);
  forge("UPDATE audit SET at = at - 1 WHERE seq = 1");
  expectBroken("record 1 ");
}

TEST_F(AuditChainTest, AFlippedBitInAHashIsFound) {
  fill(5);
  forge("UPDATE audit SET hash = (SELECT hash FROM audit WHERE seq = 1) WHERE seq = 4");
  expectBroken("record 4 ");
}

TEST_F(AuditChainTest, ADeletedRecordIsFound) {
  fill(5);
  forge("DELETE FROM audit WHERE seq = 3");
  expectBroken("record 3 is missing");
}

TEST_F(AuditChainTest, ADeletedAndRenumberedRecordIsFound) {
  fill(5);
  forge(
      "DELETE FROM audit WHERE seq = 3; UPDATE audit SET seq = 3 WHERE seq = 4; UPDATE audit SET seq = 4 WHERE seq = "
      "5");
  expectBroken("record 3 ");
}

TEST_F(AuditChainTest, TwoRecordsThatChangedPlacesAreFound) {
  fill(5);
  forge(
      "UPDATE audit SET seq = 99 WHERE seq = 2; UPDATE audit SET seq = 2 WHERE seq = 4; UPDATE audit SET seq = 4 WHERE "
      "seq = 99");
  expectBroken("record 2 ");
}

TEST_F(AuditChainTest, AReadFiltersByTenantKindAndTime) {
  auto ledger = open();
  ledger->audit({"acme", "", "run", "a", "", ""});
  ledger->audit({"beta", "", "run", "b", "", ""});
  ledger->audit({"acme", "", "kill", "c", "", ""});
  ledger->audit({"acme", "", "load", "d", "", "trace"});
  ASSERT_TRUE(stored(*ledger).ok());
  auto subjects = [&](const AuditQuery& query) {
    std::string text;
    for (const AuditRecord& record : ledger->auditAfter(query).value()) text += record.event.subject;
    return text;
  };
  EXPECT_EQ(subjects({}), "abcd");
  EXPECT_EQ(subjects({.tenant = "acme"}), "acd");
  EXPECT_EQ(subjects({.tenant = "acme", .what = {"kill", "load"}}), "cd");
  EXPECT_EQ(subjects({.tenant = "acme", .afterSeq = 1}), "cd");
  EXPECT_EQ(subjects({.afterSeq = UINT64_MAX}), "");
  EXPECT_EQ(subjects({.limit = 2}), "ab");
  EXPECT_EQ(subjects({.sinceMillis = INT64_MAX}), "");
}

TEST_F(AuditChainTest, TextsFromOutsideAreMadeHarmless) {
  auto ledger = open();
  ledger->audit({"acme", "", "run", "bad \xff byte", std::string(100'000, '{'), std::string(5000, 't')});
  ASSERT_TRUE(stored(*ledger).ok());
  AuditEvent stored = all(*ledger).front().event;
  EXPECT_EQ(stored.subject, "bad \xEF\xBF\xBD byte");
  EXPECT_EQ(stored.detailJson, R"({"tooLarge":true})");
  EXPECT_EQ(stored.trace.size(), 1024U);
  EXPECT_TRUE(ledger->verifyAudit().ok());
}

TEST_F(AuditChainTest, SeveralProcessesContinueOneChain) {
  constexpr int kProcesses = 4;
  constexpr int kEach = 150;
  open();
  std::vector<pid_t> children;
  for (int i = 0; i < kProcesses; ++i) {
    pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      auto loop = std::move(EventLoop::create()).value();
      auto ledger = Ledger::open(*loop, {.folder = folder_});
      if (!ledger) ::_exit(1);
      int acknowledged = 0;
      for (int n = 0; n < kEach; ++n) {
        (*ledger)->audit(event("run"));
        (*ledger)->record(runOf(1));
        (*ledger)->whenStored([&](const Result<void>& result) { acknowledged += result.ok() ? 1 : 0; });
        loop->runUntil([&] { return acknowledged > n; }, monotonicNow() + std::chrono::seconds(30));
      }
      ::_exit(acknowledged == kEach ? 0 : 2);
    }
    children.push_back(child);
  }
  for (pid_t child : children) {
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
  }
  auto ledger = open();
  EXPECT_EQ(ledger->verifyAudit().value(), uint64_t{kProcesses} * kEach);
  EXPECT_EQ(ledger->usage({}).value().front().runs, uint64_t{kProcesses} * kEach);
}

}  // namespace
}  // namespace mayfly
