// SPDX-License-Identifier: Apache-2.0
#include "base/error.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <map>
#include <set>

#include "base/result.h"

namespace mayfly {
namespace {

constexpr ErrorCode kAll[] = {
#define MAYFLY_ERROR(enumerator, ...) ErrorCode::enumerator,
#include "base/error_codes.def"
#undef MAYFLY_ERROR
};

TEST(ErrorTable, CodesAreUniqueAndReadBack) {
  std::set<std::string_view> seen;
  for (ErrorCode code : kAll) {
    const ErrorInfo& info = errorInfo(code);
    EXPECT_TRUE(seen.insert(info.code).second) << info.code;
    EXPECT_TRUE(info.code.starts_with("E_")) << info.code;
    EXPECT_FALSE(info.meaning.empty()) << info.code;
    EXPECT_EQ(errorCodeFromText(info.code), code);
  }
  EXPECT_EQ(errorCodeFromText("E_NOTHING"), std::nullopt);
  EXPECT_EQ(errorCodeFromText(""), std::nullopt);
}

// The contract of `mayfly run`: 1 the guest threw, 2 usage, 3 a limit, 4 policy, 70 our own fault.
TEST(ErrorTable, ExitStatusFollowsTheKindOfFailure) {
  const std::map<int, int> exitByMcp = {{-32000, 1}, {-32001, 3}, {-32002, 4}, {-32006, 4}, {-32601, 2}, {-32602, 2}};
  for (ErrorCode code : kAll) {
    const ErrorInfo& info = errorInfo(code);
    auto expected = exitByMcp.find(info.mcp);
    EXPECT_EQ(info.exitStatus, expected == exitByMcp.end() ? 70 : expected->second) << info.code;
    EXPECT_TRUE(info.http == 200 || info.http >= 400) << info.code;
    // What is data in an outcome is not to be sent again unchanged.
    EXPECT_FALSE(info.http == 200 && info.retryable) << info.code;
  }
}

TEST(ErrorTable, ErrnoErrorNamesTheReason) {
  errno = ENOENT;
  Error error = errnoError("opening the file", ErrorCode::kUsage);
  EXPECT_EQ(error.code, ErrorCode::kUsage);
  EXPECT_EQ(error.message, "opening the file: No such file or directory");
}

TEST(ErrorTable, DoorsAreAddedFromTheOutside) {
  Error error = Error{ErrorCode::kBusy, "all taken"}.within("a guest").within("the run");
  EXPECT_EQ(error.message, "the run: a guest: all taken");
  EXPECT_EQ(error.code, ErrorCode::kBusy);
}

Result<int> half(int number) {
  if (number % 2 != 0) return Error{ErrorCode::kUsage, "odd"};
  return number / 2;
}

Result<void> check(int number) {
  MAYFLY_TRY(half(number));
  return {};
}

TEST(Result, HoldsAValueOrAnError) {
  EXPECT_TRUE(half(4));
  EXPECT_EQ(half(4).value(), 2);
  EXPECT_FALSE(half(3).ok());
  EXPECT_EQ(half(3).error().message, "odd");
  EXPECT_TRUE(check(2).ok());
  EXPECT_EQ(check(1).error().code, ErrorCode::kUsage);
  EXPECT_EQ(*std::make_unique<int>(half(8).value()), 4);
}

TEST(ResultDeathTest, AbortsOnTheWrongSide) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_DEATH((void)half(3).value(), "ok\\(\\)");
  EXPECT_DEATH((void)half(4).error(), "ok\\(\\)");
}

}  // namespace
}  // namespace mayfly
