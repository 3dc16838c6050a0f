// SPDX-License-Identifier: Apache-2.0
#include "ledger/key_table.h"

#include <fstream>
#include <set>
#include <sstream>

#include "ledger/ledger_fixture.h"

namespace mayfly {
namespace {

class KeyTableTest : public LedgerTest {
 protected:
  static KeySpec spec(std::string tenant = "acme") {
    KeySpec wanted;
    wanted.tenant = std::move(tenant);
    wanted.name = "ci";
    wanted.quota = {64, 3'600'000'000'000, 3'600'000, uint64_t{2} << 30U, 0.5};
    return wanted;
  }
  static NewKey make(Ledger& ledger, const KeySpec& wanted) {
    auto made = ledger.createKey(wanted);
    EXPECT_TRUE(made.ok()) << (made.ok() ? "" : made.error().message);
    return *made;
  }
};

TEST_F(KeyTableTest, AKeyIsFoundByItsSecretAlone) {
  auto ledger = open();
  EXPECT_FALSE(ledger->hasKeys().value());
  NewKey made = make(*ledger, spec());
  EXPECT_TRUE(ledger->hasKeys().value());
  EXPECT_EQ(made.secret.size(), 46U);
  EXPECT_TRUE(made.secret.starts_with("mf_"));
  auto found = ledger->findKey(made.secret).value();
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->id, made.key.id);
  EXPECT_EQ(found->spec.tenant, "acme");
  EXPECT_EQ(found->spec.name, "ci");
  EXPECT_FALSE(found->spec.isOperator);
  EXPECT_EQ(found->spec.quota, spec().quota);
  for (std::string wrong :
       {std::string(), made.key.id, made.secret + "x", made.secret.substr(0, 45), "mf_" + std::string(43, 'A')}) {
    EXPECT_FALSE(ledger->findKey(wrong).value().has_value()) << wrong;
  }
}

TEST_F(KeyTableTest, KeysDiffer) {
  auto ledger = open();
  std::set<std::string> seen;
  for (int i = 0; i < 50; ++i) {
    NewKey made = make(*ledger, spec());
    seen.insert(made.secret);
    seen.insert(made.key.id);
  }
  EXPECT_EQ(seen.size(), 100U);
  EXPECT_EQ(ledger->keys().value().size(), 50U);
}

TEST_F(KeyTableTest, TheSecretIsNowhereInTheFolder) {
  std::string secret;
  {
    auto ledger = open();
    secret = make(*ledger, spec()).secret;
    ASSERT_TRUE(ledger->findKey(secret).value().has_value());
  }
  size_t files = 0;
  bool hashSeen = false;
  Sha256Digest hash = sha256(secret);
  for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
    std::ostringstream bytes;
    bytes << std::ifstream(entry.path(), std::ios::binary).rdbuf();
    EXPECT_EQ(bytes.str().find(secret.substr(3)), std::string::npos) << entry.path();
    hashSeen |= bytes.str().find(std::string(hash.begin(), hash.end())) != std::string::npos;
    EXPECT_EQ(entry.status().permissions() & std::filesystem::perms::all, std::filesystem::perms(0600)) << entry.path();
    ++files;
  }
  EXPECT_GE(files, 1U);
  EXPECT_TRUE(hashSeen);
}

TEST_F(KeyTableTest, ARevokedKeyIsRefusedAtOnceAlsoWhereItWasJustUsed) {
  auto daemon = open();
  auto commandLine = open();
  NewKey made = make(*commandLine, spec());
  NewKey other = make(*commandLine, spec("beta"));
  ASSERT_TRUE(daemon->findKey(made.secret).value().has_value());
  ASSERT_TRUE(commandLine->revokeKey(made.key.id).ok());
  EXPECT_FALSE(daemon->findKey(made.secret).value().has_value());
  EXPECT_FALSE(commandLine->findKey(made.secret).value().has_value());
  EXPECT_TRUE(daemon->findKey(other.secret).value().has_value());
  EXPECT_TRUE(daemon->revokeKey(other.key.id).ok());
  EXPECT_FALSE(daemon->findKey(other.secret).value().has_value());
  // The daemon does not open up.
  EXPECT_TRUE(daemon->hasKeys().value());
}

TEST_F(KeyTableTest, RevokingIsForgivingButKnowsItsKeys) {
  auto ledger = open();
  NewKey made = make(*ledger, spec());
  EXPECT_EQ(ledger->revokeKey("key_nobody").error().code, ErrorCode::kNotFound);
  EXPECT_TRUE(ledger->revokeKey(made.key.id).ok());
  int64_t when = ledger->keys().value().front().revokedMillis;
  EXPECT_GT(when, 0);
  EXPECT_TRUE(ledger->revokeKey(made.key.id).ok());
  EXPECT_EQ(ledger->keys().value().front().revokedMillis, when);
  EXPECT_EQ(all(*ledger).size(), 2U);
}

TEST_F(KeyTableTest, MakingAndRevokingAreInTheAuditLog) {
  auto ledger = open();
  NewKey made = make(*ledger, spec());
  ASSERT_TRUE(ledger->revokeKey(made.key.id).ok());
  auto records = all(*ledger);
  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(records[0].event.what, "key.create");
  EXPECT_EQ(records[0].event.tenant, "acme");
  EXPECT_EQ(records[0].event.subject, made.key.id);
  EXPECT_NE(records[0].event.detailJson.find("\"concurrent\":64"), std::string::npos);
  EXPECT_EQ(records[1].event.what, "key.revoke");
  EXPECT_EQ(records[1].event.subject, made.key.id);
  EXPECT_EQ(ledger->verifyAudit().value(), 2U);
}

TEST_F(KeyTableTest, NamesAndQuotasAreChecked) {
  auto ledger = open();
  for (std::string tenant :
       {std::string(), std::string("a b"), std::string("a/b"), std::string(65, 'a'), std::string("\xff")}) {
    EXPECT_EQ(ledger->createKey(spec(tenant)).error().code, ErrorCode::kUsage) << tenant;
  }
  KeySpec longName = spec();
  longName.name = std::string(65, 'n');
  EXPECT_EQ(ledger->createKey(longName).error().code, ErrorCode::kUsage);
  KeySpec noWindow = spec();
  noWindow.quota.windowMillis = 0;
  EXPECT_EQ(ledger->createKey(noWindow).error().code, ErrorCode::kUsage);
  KeySpec negative = spec();
  negative.quota.requestsPerSecond = -1;
  EXPECT_EQ(ledger->createKey(negative).error().code, ErrorCode::kUsage);
  EXPECT_TRUE(all(*ledger).empty());
}

}  // namespace
}  // namespace mayfly
