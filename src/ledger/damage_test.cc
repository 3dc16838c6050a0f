// SPDX-License-Identifier: Apache-2.0
// Files that are not what they should be: a clear error, never a crash, never a wrong record.

#include <sys/stat.h>

#include <fstream>
#include <random>
#include <sstream>

#include "ledger/ledger_fixture.h"
#include "ledger/schema.h"

namespace mayfly {
namespace {

class DamageTest : public LedgerTest {
 protected:
  std::string read() {
    std::ostringstream bytes;
    bytes << std::ifstream(file(), std::ios::binary).rdbuf();
    return bytes.str();
  }
  void write(const std::string& bytes) {
    std::filesystem::remove(file() + "-wal");
    std::filesystem::remove(file() + "-shm");
    std::ofstream(file(), std::ios::binary | std::ios::trunc) << bytes;
  }
  void expectRefused(std::string_view word) {
    auto opened = Ledger::open(*loop_, {.folder = folder_});
    ASSERT_FALSE(opened.ok());
    EXPECT_NE(opened.error().message.find(word), std::string::npos) << opened.error().message;
    EXPECT_NE(opened.error().message.find(file()), std::string::npos) << opened.error().message;
  }
};

TEST_F(DamageTest, AFileOfSomethingElseIsRefused) {
  write("This is no database, but long enough to look at. " + std::string(4096, '.'));
  expectRefused("damaged");
}

TEST_F(DamageTest, ADatabaseOfSomethingElseIsRefusedAndLeftAlone) {
  write("");
  ASSERT_TRUE(raw()->execute("CREATE TABLE theirs (n INTEGER)").ok());
  expectRefused("something else");
  EXPECT_EQ(raw()->number("SELECT count(*) FROM sqlite_schema").value(), 1);
}

TEST_F(DamageTest, ANewerSchemaIsRefused) {
  open();
  ASSERT_TRUE(raw()->execute("PRAGMA user_version = 999").ok());
  expectRefused("newer mayfly");
}

TEST_F(DamageTest, ATableThatIsMissingIsTold) {
  open();
  ASSERT_TRUE(raw()->execute("DROP TABLE usage_total").ok());
  auto ledger = open();
  auto usage = ledger->usage({});
  ASSERT_FALSE(usage.ok());
  EXPECT_NE(usage.error().message.find("damaged"), std::string::npos) << usage.error().message;
}

TEST_F(DamageTest, NoLedgerIsMadeWhereNoneIsWanted) {
  auto opened = Ledger::open(*loop_, {.folder = folder_, .create = false});
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().code, ErrorCode::kNotFound);
  EXPECT_TRUE(std::filesystem::is_empty(folder_));
}

TEST_F(DamageTest, AFolderIsMadeForItsOwnerAlone) {
  std::string inner = folder_ + "/state/mayfly";
  ASSERT_TRUE(Ledger::open(*loop_, {.folder = inner}).ok());
  EXPECT_EQ(std::filesystem::status(inner).permissions(), std::filesystem::perms(0700));
}

TEST_F(DamageTest, ASymbolicLinkIsNotFollowed) {
  std::ofstream(folder_ + "/elsewhere") << "";
  std::filesystem::create_symlink(folder_ + "/elsewhere", file());
  EXPECT_FALSE(Ledger::open(*loop_, {.folder = folder_}).ok());
  EXPECT_EQ(std::filesystem::file_size(folder_ + "/elsewhere"), 0U);
}

// Mangled files: each look ends with an error, or with exactly what was written.
TEST_F(DamageTest, NoMangledFileCrashesOrLies) {
  constexpr int kFiles = 400;
  std::vector<AuditRecord> written;
  {
    auto ledger = open();
    for (int i = 0; i < 200; ++i) ledger->audit(event("run_" + std::to_string(i)));
    for (int i = 0; i < 50; ++i) ledger->record(runOf(1, i * kHourMillis));
    ASSERT_TRUE(ledger->createKey({.tenant = "acme"}).ok());
    ASSERT_TRUE(stored(*ledger).ok());
    written = all(*ledger);
  }
  std::string good = read();
  ASSERT_GT(good.size(), 40'000U);
  std::mt19937 random(11);  // NOLINT: the same files in each run
  int refused = 0;
  int found = 0;
  for (int i = 0; i < kFiles; ++i) {
    std::string bad = good;
    for (size_t flips = 1 + random() % 8; flips > 0; --flips) {
      size_t range = i % 4 == 0 ? 200 : bad.size();  // the header more often
      bad[random() % range] = static_cast<char>(random());
    }
    if (i % 10 == 0) bad.resize(random() % bad.size());
    write(bad);
    auto ledger = Ledger::open(*loop_, {.folder = folder_});
    if (!ledger) {
      EXPECT_FALSE(ledger.error().message.empty());
      ++refused;
      continue;
    }
    auto verified = (*ledger)->verifyAudit();
    auto records = (*ledger)->auditAfter({.limit = UINT32_MAX});
    (void)(*ledger)->auditAfter({.tenant = "acme"}).ok();
    (void)(*ledger)->usage({.by = UsageQuery::By::kHour}).ok();
    (void)(*ledger)->usage({}).ok();
    (void)(*ledger)->keys().ok();
    (void)(*ledger)->findKey("mf_").ok();
    (void)(*ledger)->recall("acme", "k").ok();
    (*ledger)->audit(event("more"));
    (void)stored(**ledger).ok();
    if (!verified || *verified == 0) {
      ++found;
      continue;
    }
    ASSERT_TRUE(records.ok()) << records.error().message;
    ASSERT_EQ(records->size(), written.size());
    for (size_t n = 0; n < written.size(); ++n) {
      EXPECT_EQ(records->at(n).hash, written[n].hash);
      EXPECT_EQ(records->at(n).event.subject, written[n].event.subject);
    }
  }
  EXPECT_GT(refused, kFiles / 50);
  EXPECT_GT(found, kFiles / 50);
  EXPECT_LT(refused + found, kFiles);
}

}  // namespace
}  // namespace mayfly
