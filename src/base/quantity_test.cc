// SPDX-License-Identifier: Apache-2.0
#include "base/quantity.h"

#include <gtest/gtest.h>

namespace mayfly {
namespace {

using std::chrono::nanoseconds;

TEST(Quantity, ReadsDurationsOfEveryUnit) {
  const std::pair<const char*, int64_t> cases[] = {{"7ns", 7},
                                                   {"5us", 5'000},
                                                   {"50ms", 50'000'000},
                                                   {"50", 50'000'000},
                                                   {"1.5s", 1'500'000'000},
                                                   {"2m", 120'000'000'000},
                                                   {"1h", 3'600'000'000'000},
                                                   {"0", 0},
                                                   {"1e3ms", 1'000'000'000},
                                                   {".5s", 500'000'000},
                                                   {"10MS", 10'000'000}};
  for (const auto& [text, nanos] : cases) {
    auto duration = parseDuration(text);
    ASSERT_TRUE(duration.ok()) << text;
    EXPECT_EQ(duration.value(), nanoseconds(nanos)) << text;
  }
}

TEST(Quantity, ReadsSizesOfEveryUnit) {
  const std::pair<const char*, uint64_t> cases[] = {{"0", 0},
                                                    {"17", 17},
                                                    {"17B", 17},
                                                    {"1KB", 1024},
                                                    {"1KiB", 1024},
                                                    {"64MB", 64U << 20},
                                                    {"64mib", 64U << 20},
                                                    {"1GB", 1U << 30},
                                                    {"1.5GiB", 3U << 29},
                                                    {"0.5KB", 512},
                                                    {"4096MB", 1ULL << 32}};
  for (const auto& [text, bytes] : cases) {
    auto size = parseBytes(text);
    ASSERT_TRUE(size.ok()) << text;
    EXPECT_EQ(size.value(), bytes) << text;
  }
}

TEST(Quantity, RefusesEverythingElseWithAnExample) {
  for (const char* text :
       {"",     " ",  "ms",   "abc", "-1ms", "+1ms",   "5 ms",      " 5ms",   "5ms ",       "5min", "5d",
        "0x10", "1e", "1,5s", "inf", "nan",  "1e999s", "99999999h", "1e19ns", "5\xC2\xB5s", "5ms5"}) {
    auto duration = parseDuration(text);
    ASSERT_FALSE(duration.ok()) << text;
    EXPECT_EQ(duration.error().code, ErrorCode::kUsage);
    EXPECT_NE(duration.error().message.find("50ms"), std::string::npos) << duration.error().message;
    EXPECT_NE(duration.error().message.find(std::string("'") + text + "'"), std::string::npos);
  }
  for (const char* text : {"", "MB", "-1", "64 MB", "64M", "1TB", "1e30", "10000000000GB", "nan", "64MBB"}) {
    auto size = parseBytes(text);
    ASSERT_FALSE(size.ok()) << text;
    EXPECT_EQ(size.error().code, ErrorCode::kUsage);
    EXPECT_NE(size.error().message.find("64MB"), std::string::npos) << size.error().message;
  }
}

TEST(Quantity, ReadsATextThatIsNoWholeString) {
  std::string_view text = "50ms and more";
  EXPECT_TRUE(parseDuration(text.substr(0, 4)).ok());
  EXPECT_FALSE(parseDuration(text).ok());
}

}  // namespace
}  // namespace mayfly
