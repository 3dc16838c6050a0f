// SPDX-License-Identifier: Apache-2.0
#include "base/base64.h"

#include <gtest/gtest.h>

namespace mayfly {
namespace {

TEST(Base64, DecodesTheExamplesOfTheRfc) {
  const std::pair<const char*, const char*> cases[] = {{"", ""},
                                                       {"Zg==", "f"},
                                                       {"Zm8=", "fo"},
                                                       {"Zm9v", "foo"},
                                                       {"Zm9vYg==", "foob"},
                                                       {"Zm9vYmE=", "fooba"},
                                                       {"Zm9vYmFy", "foobar"}};
  for (const auto& [text, bytes] : cases) EXPECT_EQ(decodeBase64(text), bytes) << text;
  EXPECT_EQ(decodeBase64("+/8A"), std::string("\xFB\xFF\0", 3));
}

TEST(Base64, RefusesWhatIsNotQuiteBase64) {
  for (const char* text :
       {"Z", "Zg", "Zg=", "Zh==", "Zm9=", "Z===", "====", "Zg==Zg==", "Zm9v\n", "Zm 9v", "-_8A", "Zm9v=AAA"}) {
    EXPECT_EQ(decodeBase64(text), std::nullopt) << text;
  }
}

TEST(Base64Test, WritesTheAlphabetOfUrlsWithoutPadding) {
  EXPECT_EQ(encodeBase64Url(""), "");
  EXPECT_EQ(encodeBase64Url("f"), "Zg");
  EXPECT_EQ(encodeBase64Url("fo"), "Zm8");
  EXPECT_EQ(encodeBase64Url("foo"), "Zm9v");
  EXPECT_EQ(encodeBase64Url("foobar"), "Zm9vYmFy");
  EXPECT_EQ(encodeBase64Url("\xfb\xff\xfe"), "-__-");
  EXPECT_EQ(encodeBase64Url(std::string(32, '\xff')).size(), 43U);
}

}  // namespace
}  // namespace mayfly
