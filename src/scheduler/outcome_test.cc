// SPDX-License-Identifier: Apache-2.0
#include "scheduler/outcome.h"

#include <gtest/gtest.h>
#include <simdjson.h>

#include <limits>

namespace mayfly {
namespace {

namespace dom = simdjson::dom;

class OutcomeJson : public testing::Test {
 protected:
  // The document, parsed; the parser owns it.
  dom::element read(const Outcome& outcome, std::string_view logs = "", bool trace = false) {
    text_ = outcomeJson(outcome, logs, trace);
    auto parsed = parser_.parse(text_);
    EXPECT_EQ(parsed.error(), simdjson::SUCCESS) << text_;
    return parsed.value_unsafe();
  }

  static Outcome good() {
    Outcome outcome;
    outcome.id = "run_1";
    outcome.resultJson = R"({"n":1})";
    return outcome;
  }

  static Outcome bad() {
    Outcome outcome;
    outcome.id = "run_2";
    outcome.error.emplace();
    outcome.error->name = "TypeError";
    outcome.error->message = "no \"x\"\n";
    outcome.error->frames = {{"run", "agent.ts", 3, 14}, {"", "agent.ts", 20, 1}};
    return outcome;
  }

  std::string text_;
  dom::parser parser_;
};

bool has(dom::element element, std::string_view key) { return element[key].error() == simdjson::SUCCESS; }
std::string text(dom::element element, std::string_view path) {
  std::string_view value;
  return element.at_pointer(path).get(value) == simdjson::SUCCESS ? std::string(value) : "(none)";
}
double number(dom::element element, std::string_view path) {
  double value = -1;
  return element.at_pointer(path).get(value) == simdjson::SUCCESS ? value : -1;
}

TEST_F(OutcomeJson, OfAGoodRun) {
  dom::element document = read(good());
  EXPECT_EQ(text(document, "/id"), "run_1");
  EXPECT_EQ(text(document, "/status"), "ok");
  EXPECT_EQ(number(document, "/result/n"), 1);
  for (const char* absent : {"error", "logs", "logsTruncated", "warnings", "trace"})
    EXPECT_FALSE(has(document, absent)) << absent;
}

TEST_F(OutcomeJson, LeavesOutAnUndefinedResult) {
  Outcome outcome = good();
  outcome.resultJson.reset();
  EXPECT_FALSE(has(read(outcome), "result"));
}

TEST_F(OutcomeJson, OfAFailedRun) {
  dom::element document = read(bad());
  EXPECT_EQ(text(document, "/status"), "error");
  EXPECT_EQ(text(document, "/error/code"), "E_EXCEPTION");
  EXPECT_EQ(text(document, "/error/message"), "no \"x\"\n");
  EXPECT_EQ(text(document, "/error/file"), "agent.ts");
  EXPECT_EQ(number(document, "/error/line"), 3);
  EXPECT_EQ(number(document, "/error/column"), 14);
  EXPECT_EQ(text(document, "/error/stack"), "TypeError: no \"x\"\n\n    at run (agent.ts:3:14)\n    at agent.ts:20:1");
  EXPECT_EQ(text(document, "/error/frames/0/function"), "run");
  EXPECT_EQ(text(document, "/error/frames/1/function"), "(none)");
  for (const char* absent : {"limit", "thrown", "properties", "codeFrame", "causes"})
    EXPECT_FALSE(has(document["error"], absent)) << absent;
}

TEST_F(OutcomeJson, OfAnErrorWithoutAPlaceOrName) {
  Outcome outcome;
  outcome.error.emplace();
  outcome.error->code = ErrorCode::kUnavailable;
  outcome.error->message = "gone";
  dom::element error = read(outcome)["error"];
  EXPECT_EQ(text(error, "/code"), "E_UNAVAILABLE");
  bool retryable = false;
  EXPECT_EQ(error["retryable"].get(retryable), simdjson::SUCCESS);
  EXPECT_TRUE(retryable);
  for (const char* absent : {"name", "file", "line", "stack", "frames"}) EXPECT_FALSE(has(error, absent)) << absent;
}

TEST_F(OutcomeJson, ShowsLimitThrownValueCodeFrameAndCauses) {
  Outcome outcome = bad();
  outcome.error->limit = "cpuMs";
  outcome.error->detailJson = R"({"status":404})";  // an Error's own properties
  outcome.error->codeFrame = "> 1 | x\n";
  outcome.error->causes.resize(2);
  outcome.error->causes[0].message = "first";
  outcome.error->causes[1].name = "NonError";  // the thrown value itself
  outcome.error->causes[1].detailJson = "null";
  dom::element document = read(outcome);
  EXPECT_EQ(text(document, "/error/limit"), "cpuMs");
  EXPECT_EQ(number(document, "/error/properties/status"), 404);
  EXPECT_EQ(text(document, "/error/codeFrame"), "> 1 | x\n");
  EXPECT_EQ(text(document, "/error/causes/0/message"), "first");
  EXPECT_TRUE(has(document.at_pointer("/error/causes/1"), "thrown"));
}

TEST_F(OutcomeJson, UsageIsInTheUnitsOfItsNames) {
  Outcome outcome = good();
  outcome.usage.cpuUserNanos = 1'500'000;
  outcome.usage.cpuSystemNanos = 250'000;
  outcome.usage.wallNanos = 12'000'000;
  outcome.usage.peakMemoryBytes = 3U << 19;
  outcome.usage.residentBytes = 10U << 20;
  outcome.usage.logBytes = 7;
  outcome.usage.outputBytes = 8;
  outcome.usage.limits.cpu = std::chrono::microseconds(1'500);
  outcome.usage.isolation = seal::bit(seal::Layer::kSeccomp) | seal::bit(seal::Layer::kUserNamespace);
  dom::element usage = read(outcome)["usage"];
  EXPECT_EQ(number(usage, "/cpuMs"), 1.75);
  EXPECT_EQ(number(usage, "/cpuUserMs"), 1.5);
  EXPECT_EQ(number(usage, "/cpuSystemMs"), 0.25);
  EXPECT_EQ(number(usage, "/wallMs"), 12);
  EXPECT_EQ(number(usage, "/peakMemoryMb"), 1.5);
  EXPECT_EQ(number(usage, "/residentMb"), 10);
  EXPECT_EQ(number(usage, "/logBytes"), 7);
  EXPECT_EQ(number(usage, "/outputBytes"), 8);
  EXPECT_EQ(number(usage, "/limits/cpuMs"), 1.5);
  EXPECT_EQ(number(usage, "/limits/wallMs"), 30'000);
  EXPECT_EQ(number(usage, "/limits/memoryMb"), 64);
  EXPECT_EQ(simdjson::minify(usage["isolation"]), R"(["user-namespace","seccomp"])");
}

TEST_F(OutcomeJson, LogsWarningsAndTraceAreThereWhenAskedFor) {
  Outcome outcome = good();
  outcome.logsTruncated = true;
  outcome.warnings = {"one", "two \"quoted\""};
  outcome.trace.spare = true;
  outcome.trace.replied = 68.25;
  outcome.trace.guest.ran = 12;
  dom::element document = read(outcome, R"([{"level":"log"}])", true);
  EXPECT_EQ(text(document, "/logs/0/level"), "log");
  bool truncated = false;
  EXPECT_EQ(document["logsTruncated"].get(truncated), simdjson::SUCCESS);
  EXPECT_TRUE(truncated);
  EXPECT_EQ(text(document, "/warnings/1"), "two \"quoted\"");
  EXPECT_EQ(number(document, "/trace/repliedUs"), 68.25);
  EXPECT_EQ(number(document, "/trace/guestRanUs"), 12);
}

TEST_F(OutcomeJson, TextsOfAGuestCannotLeaveTheirStrings) {
  const std::string nasty = "\"},\"status\":\"ok\",\"x\":{\"\\\x1b\x01\n\xFF";
  Outcome outcome = bad();
  outcome.error->name = outcome.error->message = outcome.error->codeFrame = nasty;
  outcome.error->frames[0].function = outcome.error->frames[0].module = nasty;
  outcome.warnings = {nasty};
  dom::element document = read(outcome);
  EXPECT_EQ(text(document, "/status"), "error");
  EXPECT_EQ(text_.find('\x1b'), std::string::npos);
  EXPECT_EQ(text_.find('\n'), std::string::npos);
}

TEST(LogJson, HasLevelTimeLineAndArguments) {
  wire::LogRecord log{wire::LogLevel::kWarn, 7, 1795252433552.0, false, R"(["a",1])"};
  EXPECT_EQ(logJson(log), R"({"level":"warn","time":1795252433552,"line":7,"args":["a",1]})");
  log.line = 0;
  EXPECT_EQ(logJson(log), R"({"level":"warn","time":1795252433552,"args":["a",1]})");
}

// The time is the guest's own word, a double of its choice.
TEST(LogJson, SurvivesAnyTime) {
  using Double = std::numeric_limits<double>;
  for (double time : {Double::max(), Double::lowest(), Double::infinity(), Double::quiet_NaN(), Double::denorm_min()}) {
    wire::LogRecord log;
    log.millis = time;
    log.argsJson = "[]";
    std::string json = logJson(log);
    constexpr std::string_view kBefore = R"({"level":"log","time":)";
    constexpr std::string_view kAfter = R"(,"args":[]})";
    ASSERT_TRUE(json.starts_with(kBefore) && json.ends_with(kAfter)) << json;
    std::string number = json.substr(kBefore.size(), json.size() - kBefore.size() - kAfter.size());
    EXPECT_TRUE(number == "null" || number.find_first_not_of("-0123456789") == std::string::npos) << number;
  }
}

}  // namespace
}  // namespace mayfly
