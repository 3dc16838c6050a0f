// SPDX-License-Identifier: Apache-2.0
#include "wire/guest_protocol.h"

#include <gtest/gtest.h>

#include <functional>
#include <set>

#include "wire/byte_codec.h"

namespace mayfly::wire {
namespace {

Failure someFailure(int causes) {
  Failure failure;
  failure.code = ErrorCode::kRejection;
  failure.name = "TypeError";
  failure.message = "not a \xC3\xA4";
  failure.hint = "did you mean b?";
  failure.detailJson = R"({"a":1})";
  failure.frames = {{"run", "agent.ts", 3, 14}, {"", "agent.ts", 20, 1}};
  for (int i = 0; i < causes; ++i) {
    failure.causes.push_back(someFailure(0));
    failure.causes.back().message = "cause " + std::to_string(i);
  }
  return failure;
}

void expectSame(const Failure& a, const Failure& b) {
  EXPECT_EQ(a.code, b.code);
  EXPECT_EQ(a.name, b.name);
  EXPECT_EQ(a.message, b.message);
  EXPECT_EQ(a.hint, b.hint);
  EXPECT_EQ(a.detailJson, b.detailJson);
  ASSERT_EQ(a.frames.size(), b.frames.size());
  for (size_t i = 0; i < a.frames.size(); ++i) {
    EXPECT_EQ(a.frames[i].function, b.frames[i].function);
    EXPECT_EQ(a.frames[i].module, b.frames[i].module);
    EXPECT_EQ(a.frames[i].line, b.frames[i].line);
    EXPECT_EQ(a.frames[i].column, b.frames[i].column);
  }
  ASSERT_EQ(a.causes.size(), b.causes.size());
  for (size_t i = 0; i < a.causes.size(); ++i) expectSame(a.causes[i], b.causes[i]);
}

// No prefix of a good payload is good, and nothing may follow it.
void expectExact(const std::string& payload, const std::function<ErrorCode(std::string_view)>& decode) {
  constexpr auto kNoError = static_cast<ErrorCode>(0xff);
  EXPECT_EQ(decode(payload), kNoError);
  for (size_t size = 0; size < payload.size(); ++size) {
    EXPECT_EQ(decode(std::string_view(payload).substr(0, size)), ErrorCode::kProtocol) << "cut to " << size;
  }
  EXPECT_EQ(decode(payload + '\0'), ErrorCode::kProtocol);
}

template <typename Decode>
auto codeOf(Decode decode) {
  return [decode](std::string_view payload) {
    auto decoded = decode(payload);
    return decoded.ok() ? static_cast<ErrorCode>(0xff) : decoded.error().code;
  };
}

TEST(GuestProtocol, JobGoesThereAndBack) {
  Job job;
  job.modules = {{"agent.ts", ModuleKind::kJavaScript, "export default 1"},
                 {"data.json", ModuleKind::kJson, "{}"},
                 {"note.txt", ModuleKind::kText, std::string("\0\xFF", 2)}};
  job.modules[0].transformed = true;
  job.inputJson = R"({"n":3})";
  job.argumentsJson = "[1]";
  job.envJson = R"({"A":1})";
  job.propsJson = "null";
  job.entrypoint = "Agent";
  job.method = "run";
  job.allowWasm = true;
  job.startMillis = 1795252433552.25;
  job.outputBytes = 1;
  job.logBytes = ~0ULL;
  job.wantTimings = true;
  auto read = decodeJob(encodeJob(job));
  ASSERT_TRUE(read.ok());
  ASSERT_EQ(read->modules.size(), 3U);
  EXPECT_EQ(read->modules[0].name, "agent.ts");
  EXPECT_EQ(read->modules[1].kind, ModuleKind::kJson);
  EXPECT_EQ(read->modules[2].source, std::string("\0\xFF", 2));
  EXPECT_TRUE(read->modules[0].transformed && !read->modules[1].transformed);
  EXPECT_EQ(read->inputJson, job.inputJson);
  EXPECT_EQ(read->argumentsJson, job.argumentsJson);
  EXPECT_EQ(read->envJson, job.envJson);
  EXPECT_EQ(read->propsJson, job.propsJson);
  EXPECT_EQ(read->entrypoint, job.entrypoint);
  EXPECT_EQ(read->method, job.method);
  EXPECT_TRUE(read->allowWasm && !read->allowEval);
  EXPECT_EQ(read->startMillis, job.startMillis);
  EXPECT_EQ(read->outputBytes, 1U);
  EXPECT_EQ(read->logBytes, ~0ULL);
  EXPECT_TRUE(read->wantTimings);
  expectExact(encodeJob(job), codeOf(decodeJob));
}

TEST(GuestProtocol, AJobHasAModuleAndNotTooMany) {
  EXPECT_FALSE(decodeJob(encodeJob(Job{})).ok());
  Job job;
  job.modules.resize(kMaxModules);
  EXPECT_TRUE(decodeJob(encodeJob(job)).ok());
  job.modules.resize(kMaxModules + 1);
  EXPECT_FALSE(decodeJob(encodeJob(job)).ok());
  job.modules.resize(1);
  job.modules[0].kind = static_cast<ModuleKind>(kModuleKindCount);
  EXPECT_FALSE(decodeJob(encodeJob(job)).ok());
}

TEST(GuestProtocol, TheEndOfALingeringResultIsBounded) {
  Settled settled{.pendingTimers = 2, .warnings = {"one", "zw\xC3\xB6lf"}};
  auto read = decodeSettled(encodeSettled(settled));
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->pendingTimers, 2U);
  EXPECT_EQ(read->warnings, settled.warnings);
  expectExact(encodeSettled(settled), codeOf(decodeSettled));
  settled.warnings.assign(kMaxWarnings + 1, "more");
  EXPECT_FALSE(decodeSettled(encodeSettled(settled)).ok());
  EXPECT_FALSE(decodeSettled(encodeSettled({.pendingTimers = 0, .warnings = {"\xFF"}})).ok());
  EXPECT_FALSE(
      decodeSettled(encodeSettled({.pendingTimers = 0, .warnings = {std::string(kMaxWarningText + 1, 'w')}})).ok());
}

TEST(GuestProtocol, LogGoesThereAndBack) {
  LogRecord log{LogLevel::kTrace, 12, 17.5, true, R"(["a",1])"};
  auto read = decodeLog(encodeLog(log));
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->level, LogLevel::kTrace);
  EXPECT_EQ(read->line, 12U);
  EXPECT_EQ(read->millis, 17.5);
  EXPECT_TRUE(read->truncated);
  EXPECT_EQ(read->argsJson, log.argsJson);
  expectExact(encodeLog(log), codeOf(decodeLog));
}

TEST(GuestProtocol, LogLevelsAreNamed) {
  std::set<std::string_view> names;
  for (uint8_t i = 0; i < kLogLevelCount; ++i) names.insert(logLevelName(static_cast<LogLevel>(i)));
  EXPECT_EQ(names, (std::set<std::string_view>{"debug", "log", "info", "warn", "error", "trace"}));
  LogRecord log;
  log.level = static_cast<LogLevel>(kLogLevelCount);
  EXPECT_FALSE(decodeLog(encodeLog(log)).ok());
}

TEST(GuestProtocol, LogsAreUtf8AndBounded) {
  LogRecord log;
  log.argsJson = "[\"\xFF\"]";
  EXPECT_FALSE(decodeLog(encodeLog(log)).ok());
  log.argsJson.assign(kMaxLogPayload, 'x');
  EXPECT_TRUE(decodeLog(encodeLog(log)).ok());
  log.argsJson += 'x';
  EXPECT_FALSE(decodeLog(encodeLog(log)).ok());
}

TEST(GuestProtocol, ResultGoesThereAndBack) {
  auto read = decodeResult(encodeResult({true, "[1]", 3}));
  ASSERT_TRUE(read.ok());
  EXPECT_TRUE(read->defined);
  EXPECT_EQ(read->json, "[1]");
  EXPECT_EQ(read->pendingTimers, 3U);
  expectExact(encodeResult({true, "[1]", 3}), codeOf(decodeResult));
  EXPECT_FALSE(decodeResult(encodeResult({false, "", 0}))->defined);
}

TEST(GuestProtocol, AResultIsDefinedExactlyIfItHasJson) {
  EXPECT_FALSE(decodeResult(encodeResult({true, "", 0})).ok());
  EXPECT_FALSE(decodeResult(encodeResult({false, "1", 0})).ok());
  std::string odd = encodeResult({true, "1", 0});
  odd[0] = 2;
  EXPECT_FALSE(decodeResult(odd).ok());
  EXPECT_FALSE(decodeResult(encodeResult({true, "\"\xED\xA0\x80\"", 0})).ok());
}

TEST(GuestProtocol, FailureGoesThereAndBack) {
  for (int causes : {0, 1, static_cast<int>(kMaxCauses)}) {
    Failure failure = someFailure(causes);
    auto read = decodeFailure(encodeFailure(failure));
    ASSERT_TRUE(read.ok());
    expectSame(failure, *read);
  }
  expectExact(encodeFailure(someFailure(2)), codeOf(decodeFailure));
}

TEST(GuestProtocol, AFailureIsBounded) {
  EXPECT_FALSE(decodeFailure(encodeFailure(someFailure(kMaxCauses + 1))).ok());
  const std::function<void(Failure&)> tooMuch[] = {
      [](Failure& f) { f.frames.resize(kMaxFrames + 1); },
      [](Failure& f) { f.name.assign(kMaxNameBytes + 1, 'x'); },
      [](Failure& f) { f.message.assign(kMaxFailureText + 1, 'x'); },
      [](Failure& f) { f.detailJson.assign(kMaxFailureText + 1, 'x'); },
      [](Failure& f) { f.frames[0].function.assign(kMaxNameBytes + 1, 'x'); },
      [](Failure& f) { f.frames[0].module.assign(kMaxNameBytes + 1, 'x'); },
      [](Failure& f) { f.name = "\xFF"; },
      [](Failure& f) { f.message = "\xC3"; },
      [](Failure& f) { f.frames[1].function = "\xED\xA0\x80"; },
  };
  for (const auto& spoil : tooMuch) {
    Failure failure = someFailure(1);
    spoil(failure);
    EXPECT_FALSE(decodeFailure(encodeFailure(failure)).ok());
    failure = someFailure(1);
    spoil(failure.causes[0]);
    EXPECT_FALSE(decodeFailure(encodeFailure(failure)).ok());
  }
  Failure most = someFailure(0);
  most.frames.resize(kMaxFrames);
  most.message.assign(kMaxFailureText, 'x');
  EXPECT_TRUE(decodeFailure(encodeFailure(most)).ok());
}

// A guest reports what its program did, never what the kernel or the daemon alone can know.
TEST(GuestProtocol, AGuestMayNotSpeakForTheHost) {
  const std::set<ErrorCode> its = {ErrorCode::kException, ErrorCode::kSyntax, ErrorCode::kRejection,
                                   ErrorCode::kUnsettled, ErrorCode::kModule, ErrorCode::kEntrypoint,
                                   ErrorCode::kResult,    ErrorCode::kCpu,    ErrorCode::kMemory,
                                   ErrorCode::kOutput,    ErrorCode::kLimit,  ErrorCode::kDenied};
  for (int number = 0; number < 256; ++number) {
    Failure failure = someFailure(0);
    failure.code = static_cast<ErrorCode>(number);
    EXPECT_EQ(decodeFailure(encodeFailure(failure)).ok(), its.contains(failure.code)) << number;
    Failure outer = someFailure(1);
    outer.causes[0].code = static_cast<ErrorCode>(number);
    EXPECT_EQ(decodeFailure(encodeFailure(outer)).ok(), its.contains(failure.code)) << number;
  }
}

TEST(GuestProtocol, TimingsGoThereAndBack) {
  auto read = decodeTimings(encodeTimings({1, 2, 3, 0xffffffff}));
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->received, 1U);
  EXPECT_EQ(read->compiled, 2U);
  EXPECT_EQ(read->ran, 3U);
  EXPECT_EQ(read->encoded, 0xffffffffU);
  expectExact(encodeTimings({1, 2, 3, 4}), codeOf(decodeTimings));
}

}  // namespace
}  // namespace mayfly::wire
