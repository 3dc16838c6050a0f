// SPDX-License-Identifier: Apache-2.0
#include "base/sha256.h"

#include <gtest/gtest.h>

namespace mayfly {
namespace {

// FIPS 180-4, and what `sha256sum` says.
constexpr std::string_view kOfNothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
constexpr std::string_view kOfAbc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

TEST(Sha256Test, KnownDigests) {
  EXPECT_EQ(sha256Hex(""), kOfNothing);
  EXPECT_EQ(sha256Hex("abc"), kOfAbc);
  EXPECT_EQ(sha256Hex(std::string(1'000'000, 'a')), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256Test, PiecesGiveTheSameDigest) {
  std::string text = "append only, one byte at a time, with a \0 in it";
  Sha256 hash;
  for (char c : text) hash.update({&c, 1});
  EXPECT_EQ(hexOf(hash.finish()), sha256Hex(text));
}

TEST(Sha256Test, StartsOverAfterFinish) {
  Sha256 hash;
  EXPECT_EQ(hexOf(hash.update("abc").finish()), kOfAbc);
  EXPECT_EQ(hexOf(hash.finish()), kOfNothing);
  EXPECT_EQ(hexOf(hash.update("a").update("bc").finish()), kOfAbc);
}

TEST(Sha256Test, DigestsAreComparedWhole) {
  Sha256Digest one = sha256("abc");
  for (size_t i = 0; i < one.size(); ++i) {
    Sha256Digest other = one;
    EXPECT_TRUE(sameDigest(one, other));
    other[i] ^= 1U;
    EXPECT_FALSE(sameDigest(one, other)) << "byte " << i;
  }
}

}  // namespace
}  // namespace mayfly
