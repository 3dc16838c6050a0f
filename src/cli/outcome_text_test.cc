// SPDX-License-Identifier: Apache-2.0
#include "cli/outcome_text.h"

#include <gtest/gtest.h>

namespace mayfly::cli {
namespace {

// Descriptor 1 of a test is no terminal; if it is one, ctest is not running this, and colours are switched off.
class OutcomeText : public testing::Test {
 protected:
  static void SetUpTestSuite() { ::setenv("NO_COLOR", "1", 1); }

  static RunError someError() {
    RunError error;
    error.name = "TypeError";
    error.message = "no such row";
    error.codeFrame = "> 1 | x\n    | ^\n";
    error.frames = {{"run", "agent.ts", 3, 14}, {"", "agent.ts", 20, 1}};
    return error;
  }
};

TEST_F(OutcomeText, AnErrorWithItsCodeFrameAndStack) {
  EXPECT_EQ(errorText(someError(), Terminal(1)),
            "E_EXCEPTION TypeError: no such row\n"
            "\n"
            "  > 1 | x\n"
            "      | ^\n"
            "\n"
            "    at run (agent.ts:3:14)\n"
            "    at agent.ts:20:1\n");
}

TEST_F(OutcomeText, CausesFollow) {
  RunError error = someError();
  error.codeFrame.clear();
  error.frames.clear();
  error.causes.push_back(someError());
  error.causes[0].message = "the reason";
  EXPECT_EQ(errorText(error, Terminal(1)),
            "E_EXCEPTION TypeError: no such row\n"
            "  caused by TypeError: the reason\n"
            "    > 1 | x\n"
            "        | ^\n");
}

TEST_F(OutcomeText, TextsOfAGuestAreHarmless) {
  RunError error = someError();
  const std::string nasty = "\x1b[31m\x07\x7f\r";
  error.name = error.message = error.codeFrame = nasty;
  error.frames[0].function = error.frames[0].module = nasty;
  error.causes.push_back(error);
  for (char c : errorText(error, Terminal(1))) {
    EXPECT_TRUE(static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\t');
    EXPECT_NE(c, 0x7f);
  }
}

TEST_F(OutcomeText, TheUsageLine) {
  Outcome outcome;
  outcome.usage.cpuUserNanos = 2'000'000;
  outcome.usage.cpuSystemNanos = 1'140'000;
  outcome.usage.wallNanos = 12'000'000;
  outcome.usage.peakMemoryBytes = 3U << 19;
  outcome.usage.isolation = seal::requiredLayers();
  EXPECT_EQ(usageLine(outcome, Terminal(1)), "ok | cpu 3.1 of 50 ms | wall 12.0 ms | memory 1.5 of 64 MB | sealed");
  outcome.error = someError();
  outcome.error->code = ErrorCode::kCpu;
  EXPECT_TRUE(usageLine(outcome, Terminal(1)).starts_with("E_CPU | "));
}

TEST_F(OutcomeText, TheUsageLineNamesAMissingLayer) {
  Outcome outcome;
  outcome.usage.isolation = seal::requiredLayers() & ~seal::bit(seal::Layer::kLandlock);
  EXPECT_TRUE(usageLine(outcome, Terminal(1)).ends_with("WEAKER: without landlock"));
  outcome.usage.isolation = 0;
  EXPECT_TRUE(usageLine(outcome, Terminal(1)).ends_with("not started"));
}

TEST_F(OutcomeText, TheTraceHasAStepALine) {
  Outcome outcome;
  outcome.trace.assigned = 100;
  outcome.trace.guest.ran = 50;
  outcome.trace.replied = 160;
  std::string text = traceText(outcome);
  EXPECT_NE(text.find(" 150  ran\n"), std::string::npos) << text;
  EXPECT_NE(text.find(" 160  reply"), std::string::npos) << text;
}

}  // namespace
}  // namespace mayfly::cli
