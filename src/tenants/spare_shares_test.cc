// SPDX-License-Identifier: Apache-2.0
#include "tenants/spare_shares.h"

#include <gtest/gtest.h>

namespace mayfly {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// None of these has processes: who has a share is all that is looked at.
class SpareSharesTest : public testing::Test {
 protected:
  Tenant a_{"a", nullptr};
  Tenant b_{"b", nullptr};
  Tenant c_{"c", nullptr};
  MonotonicTime start_ = monotonicNow();
};

TEST_F(SpareSharesTest, TheOneThatWasQuietLongestGivesItsShareToANewcomer) {
  SpareShares shares(2, 2);
  shares.touch(a_, start_);
  shares.touch(b_, start_ + milliseconds(1));
  shares.touch(a_, start_ + milliseconds(2));
  shares.touch(c_, start_ + seconds(5));
  EXPECT_TRUE(shares.has(a_));
  EXPECT_FALSE(shares.has(b_));
  EXPECT_TRUE(shares.has(c_));
}

TEST_F(SpareSharesTest, NobodyTakesAShareFromOneThatHasJustBeenActive) {
  SpareShares shares(2, 1);
  shares.touch(a_, start_);
  shares.touch(b_, start_ + milliseconds(999));
  EXPECT_TRUE(shares.has(a_));
  EXPECT_FALSE(shares.has(b_));
  shares.touch(b_, start_ + milliseconds(1000));
  EXPECT_FALSE(shares.has(a_));
  EXPECT_TRUE(shares.has(b_));
}

TEST_F(SpareSharesTest, SharesLapseAndAreForgotten) {
  SpareShares shares(2, 3);
  shares.touch(a_, start_);
  shares.touch(b_, start_ + seconds(30));
  shares.lapse(start_ + seconds(60));
  EXPECT_FALSE(shares.has(a_));
  EXPECT_TRUE(shares.has(b_));
  shares.forget(b_);
  EXPECT_FALSE(shares.has(b_));
}

TEST_F(SpareSharesTest, WithoutSharesNobodyHasOne) {
  SpareShares shares(2, 0);
  shares.touch(a_, start_);
  EXPECT_FALSE(shares.has(a_));
}

}  // namespace
}  // namespace mayfly
