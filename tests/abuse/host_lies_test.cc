// SPDX-License-Identifier: Apache-2.0
// Security.md cases 90 and 92 to 95, as far as there is a protocol to lie in: native code in a guest breaks the rules
// of its socket, crashes, stalls or is shot. One run ends with one typed outcome; the others do not notice.

#include <sys/syscall.h>

#include <csignal>
#include <random>

#include "abuse/sandbox_fixture.h"
#include "scheduler/json_check.h"
#include "wire/byte_codec.h"
#include "wire/guest_protocol.h"

namespace mayfly::abuse {
namespace {

using std::chrono::milliseconds;

std::string hexOf(std::string_view bytes) {
  std::string hex;
  for (unsigned char byte : bytes) {
    hex += "0123456789abcdef"[byte >> 4U];
    hex += "0123456789abcdef"[byte & 15U];
  }
  return hex.empty() ? "-" : hex;
}

std::string frame(wire::FrameType type, std::string_view payload, const std::string& more = "") {
  return "frame " + std::to_string(static_cast<int>(type)) + " " + hexOf(payload) + " " + more + "\n";
}

std::string resultFrame(const std::string& json) {
  return frame(wire::FrameType::kResult, wire::encodeResult({.defined = true, .json = json}));
}

wire::LogRecord logOf(std::string argsJson) {
  wire::LogRecord log;
  log.argsJson = std::move(argsJson);
  return log;
}

wire::Failure failureOf(std::string message, ErrorCode code = ErrorCode::kException) {
  wire::Failure failure;
  failure.code = code;
  failure.name = "Error";
  failure.message = std::move(message);
  return failure;
}

class HostLies : public SandboxTest {
 protected:
  SchedulerOptions options() const override {
    SchedulerOptions options = SandboxTest::options();
    options.installation.zygoteLibrary = badhostLibrary();
    return options;
  }
  Verdict orders(const std::string& script, const Limits& limits = {}) { return attack("badhost\n" + script, limits); }

  void expectProtocolError(const std::string& script) {
    Verdict verdict = orders(script + "hang\n", wallLimit(milliseconds(5000)));
    EXPECT_EQ(verdict.code(), "E_PROTO") << script << verdict;
  }
};

// ---- 90: crash paths ----

TEST_F(HostLies, Case90CrashesAreCrashesAndNotKills) {
  for (const char* kind : {"abort", "check", "terminate"}) {
    Verdict verdict = orders(std::string("die ") + kind + "\n");
    EXPECT_EQ(verdict.code(), "E_HOST_CRASHED") << kind << verdict;
    EXPECT_NE(verdict.message().find("ABRT"), std::string::npos) << kind << verdict;
  }
  for (const char* kind : {"segv", "stack"}) {
    Verdict verdict = orders(std::string("die ") + kind + "\n");
    EXPECT_EQ(verdict.code(), "E_HOST_CRASHED") << kind << verdict;
    EXPECT_NE(verdict.message().find("SEGV"), std::string::npos) << kind << verdict;
  }
  EXPECT_EQ(orders("die ill\n").code(), "E_HOST_CRASHED");
  EXPECT_EQ(orders("die v8-fatal\n").code(), "E_HOST_CRASHED");
  EXPECT_EQ(orders("die v8-heap\n", memoryLimit(64)).code(), "E_MEM");
  EXPECT_EQ(orders("die new\n", memoryLimit(64)).code(), "E_MEM");
}

TEST_F(HostLies, Case90ExitStatusesAreNoVerdicts) {
  // 86 is the guest's word for "no memory", and as good as any other word of a program about itself.
  EXPECT_EQ(orders("exit 86\n").code(), "E_MEM");
  for (int status : {0, 1, 31, 85, 87, 88, 128 + SIGSYS, 255}) {
    Verdict verdict = orders("exit " + std::to_string(status) + "\n");
    EXPECT_EQ(verdict.code(), "E_HOST_CRASHED") << status << verdict;
  }
}

TEST_F(HostLies, LimitsHoldForNativeCode) {
  EXPECT_EQ(orders("spin\n", cpuLimit(milliseconds(50))).code(), "E_CPU");
  EXPECT_EQ(orders("hang\n", wallLimit(milliseconds(200))).code(), "E_WALL");
  Verdict within = orders("touch 60\n", memoryLimit(64));
  EXPECT_EQ(within.result(), "[0]") << within;
  Verdict beyond = orders("touch 120\n", memoryLimit(64));
  EXPECT_EQ(beyond.result(), "[-12]") << "ENOMEM, from RLIMIT_DATA " << beyond;
}

// The signal that reports the CPU limit can be blocked; the one that kills cannot.
TEST_F(HostLies, BlockedSignalsDoNotHelp) {
  Verdict verdict =
      orders("syscall " + std::to_string(SYS_rt_sigprocmask) + " 0 @buffer 0 8\nspin\n", cpuLimit(milliseconds(50)));
  EXPECT_EQ(verdict.code(), "E_CPU");
  EXPECT_LT(verdict.cpu(), milliseconds(500));
}

// V8's code range is mapped writable before the limit is set, so native code can fill it: 512 MB, and no more. The
// group's memory limit is the one that counts there. Recorded here so that a change shows.
TEST_F(HostLies, NativeCodeCannotUseMoreThanTheCodeRangeBeside) {
  Verdict verdict = orders("touch-code 1024\ntouch 60\nresult 1\n", memoryLimit(64));
  EXPECT_LE(verdict.outcome.usage.peakMemoryBytes, (512ULL + 64 + 64) << 20U) << verdict;
}

// ---- 92: the socket ----

TEST_F(HostLies, Case92DescriptorTricksDie) {
  for (long number : {SYS_close, SYS_dup, SYS_sendmsg, SYS_recvmsg, SYS_fcntl, SYS_ioctl, SYS_shutdown}) {
    EXPECT_EQ(orders("syscall " + std::to_string(number) + " @socket @message 0 0\n").code(), "E_HOST_KILLED")
        << number;
  }
}

// The standard descriptors lead nowhere, and the daemon's own control socket is not there.
TEST_F(HostLies, Case92OtherDescriptorsLeadNowhere) {
  Verdict verdict = orders("syscall " + std::to_string(SYS_write) + " 0 @buffer 64\n" +  //
                           "syscall " + std::to_string(SYS_write) + " 2 @buffer 64\n" +  //
                           "syscall " + std::to_string(SYS_read) + " 0 @buffer 64\n" +   //
                           "syscall " + std::to_string(SYS_write) + " 3 @buffer 64\n" +  //
                           "syscall " + std::to_string(SYS_write) + " 5 @buffer 64\n" +  //
                           "syscall " + std::to_string(SYS_write) + " 63 @buffer 64\n");
  EXPECT_EQ(verdict.result(), "[64,64,0,-9,-9,-9]") << verdict;
}

TEST_F(HostLies, Case92LogsForEver) {
  std::string log = wire::encodeLog(logOf("[\"" + std::string(1000, 'x') + "\"]"));
  Verdict verdict = orders("flood 0 16 " + hexOf(log) + "\n", wallLimit(milliseconds(20'000)));
  EXPECT_EQ(verdict.code(), "E_LOGS") << verdict;
  EXPECT_LT(verdict.document.size(), 1U << 20U);
}

// Records that weigh nothing by their text are bounded as well.
TEST_F(HostLies, Case92TinyLogsForEver) {
  Limits limits = wallLimit(milliseconds(20'000));
  limits.logBytes = 4096;
  Verdict verdict = orders("flood 0 16 " + hexOf(wire::encodeLog(logOf("[]"))) + "\n", limits);
  EXPECT_EQ(verdict.code(), "E_LOGS") << verdict;
  EXPECT_LT(verdict.logs.size(), 5000U);
}

// ---- 93: lies ----

TEST_F(HostLies, Case93OnlyTheFirstReplyCounts) {
  Verdict second = orders(resultFrame("1") + resultFrame("2"));
  EXPECT_TRUE(second.result() == "1" || second.code() == "E_PROTO") << second;
  std::string failure = wire::encodeFailure(failureOf("late"));
  Verdict contradicted = orders(resultFrame("1") + frame(wire::FrameType::kFailure, failure));
  EXPECT_TRUE(contradicted.result() == "1" || contradicted.code() == "E_PROTO") << contradicted;
  Verdict reversed = orders(frame(wire::FrameType::kFailure, failure) + resultFrame("1"));
  EXPECT_TRUE(reversed.code() == "E_EXCEPTION" || reversed.code() == "E_PROTO") << reversed;
  Verdict logged = orders(resultFrame("1") + frame(wire::FrameType::kLog, wire::encodeLog(logOf("[\"late\"]"))));
  EXPECT_EQ(logged.logs.size(), 0U) << logged;
}

TEST_F(HostLies, Case93LingersAfterTheReply) {
  for (const char* then : {"hang\n", "spin\n", "flood 0 16 00\n"}) {
    Verdict verdict = orders(resultFrame("1") + then, wallLimit(milliseconds(20'000)));
    EXPECT_TRUE(verdict.result() == "1" || verdict.code() == "E_PROTO") << then << verdict;
    EXPECT_LT(verdict.outcome.usage.wallNanos, 10'000'000'000U) << verdict;
  }
}

TEST_F(HostLies, Case93UnknownAndMisplacedFrames) {
  for (int type : {0, 2, 15, 21, 0x100, 0x101, 0x103, 0xffff}) {
    expectProtocolError("frame " + std::to_string(type) + " 00\n");
  }
  expectProtocolError(frame(wire::FrameType::kJob, "job"));      // the wrong direction
  expectProtocolError(frame(wire::FrameType::kSpareReady, ""));  // it has its job already
  expectProtocolError(frame(wire::FrameType::kSpareReady, "with a payload"));
}

TEST_F(HostLies, Case93ForeignStreams) {
  std::string result = wire::encodeResult({.defined = true, .json = "1"});
  expectProtocolError(frame(wire::FrameType::kResult, result, "0 1"));
  expectProtocolError(frame(wire::FrameType::kResult, result, "0 0xffffffffffffffff"));
  expectProtocolError(frame(wire::FrameType::kLog, wire::encodeLog(logOf("[]")), "0 7"));
}

TEST_F(HostLies, Case93ResultsThatLinger) {
  std::string lingering =
      frame(wire::FrameType::kResult,
            wire::encodeResult({.defined = true, .json = "1", .pendingTimers = 0, .lingers = true}));
  std::string settled = frame(wire::FrameType::kSettled, wire::encodeSettled({.pendingTimers = 0, .warnings = {"w"}}));
  expectProtocolError(settled);                // the end of what was not begun
  expectProtocolError(lingering + lingering);  // two results
  expectProtocolError(lingering + frame(wire::FrameType::kSettled, "settled"));
  // An end of the clock leaves the result as it is.
  auto cut = orders(lingering + "hang\n", wallLimit(milliseconds(300)));
  EXPECT_EQ(cut.code(), "");
}

TEST_F(HostLies, Case93Flags) {
  std::string result = wire::encodeResult({.defined = true, .json = "1"});
  for (const char* flags : {"1", "0x8000", "0xffff"})
    expectProtocolError(frame(wire::FrameType::kResult, result, flags));
}

TEST_F(HostLies, Case93LengthsThatAreNotTrue) {
  for (const char* length : {"0x7fffffff", "0x80000000", "0xffffffff", "1048641"}) {
    expectProtocolError(frame(wire::FrameType::kResult, "00", std::string("0 0 ") + length));
  }
  // Just at the cap it waits for what is announced, and only its clock ends it.
  EXPECT_EQ(
      orders(frame(wire::FrameType::kResult, "00", "0 0 1048640") + "hang\n", wallLimit(milliseconds(300))).code(),
      "E_WALL");
}

TEST_F(HostLies, Case93MalformedPayloads) {
  std::vector<std::string> payloads = {"", std::string(1, '\0'), std::string(3, '\xff'), std::string(100, '\xff'),
                                       std::string(5000, '\0')};
  for (auto type : {wire::FrameType::kResult, wire::FrameType::kFailure, wire::FrameType::kLog,
                    wire::FrameType::kTimings, wire::FrameType::kSettled}) {
    for (const std::string& payload : payloads) expectProtocolError(frame(type, payload));
  }
}

TEST_F(HostLies, Case93ResultsThatAreNotJson) {
  for (const char* json : {"{", "1}", "1,\"status\":\"ok\"", "nan", "\"\x01\"", "[1,]", "'a'", "\"\xff\"",
                           "\xed\xa0\x80", "1 2", "\"a\nb\""}) {
    expectProtocolError(frame(wire::FrameType::kResult, wire::encodeResult({.defined = true, .json = json})));
  }
  wire::ByteWriter undefinedWithText;
  undefinedWithText.put(uint8_t{0});
  undefinedWithText.put(uint32_t{0});
  undefinedWithText.text("{\"forged\":1}");
  expectProtocolError(frame(wire::FrameType::kResult, undefinedWithText.bytes()));
}

// Text of the guest becomes part of a document that others read: it must not be able to end its own string.
TEST_F(HostLies, Case93ForgedDocuments) {
  wire::Failure failure;
  failure.name = "Error\",\"code\":\"E_OK";
  failure.message = "a\"},\"status\":\"ok\",\"result\":1,\"x\":{\"\n\x1b[31m";
  failure.frames.push_back({.function = "f\"", .module = "attack.js\\", .line = 0xffffffffU, .column = 0xffffffffU});
  Verdict verdict = orders(frame(wire::FrameType::kFailure, wire::encodeFailure(failure)));
  EXPECT_EQ(verdict.code(), "E_EXCEPTION") << verdict;
  EXPECT_EQ(verdict.document.find('\x1b'), std::string::npos);
}

TEST_F(HostLies, Case93ForgedDetails) {
  for (const char* detail : {"1},\"status\":\"ok\",\"x\":{\"y\":1", "{", "nan", "\x1b[31m"}) {
    wire::Failure failure = failureOf("m");
    failure.detailJson = detail;
    expectProtocolError(frame(wire::FrameType::kFailure, wire::encodeFailure(failure)));
    wire::Failure outer = failureOf("outer");
    outer.causes.push_back(failure);
    expectProtocolError(frame(wire::FrameType::kFailure, wire::encodeFailure(outer)));
  }
}

TEST_F(HostLies, Case93ForgedLogs) {
  for (const char* json : {"{}", "1", "[1],\"level\":\"forged\"", "[", "[\"\x01\"]", "[]]", "\"[\""}) {
    expectProtocolError(frame(wire::FrameType::kLog, wire::encodeLog(logOf(json))));
  }
  wire::LogRecord odd = logOf("[1]");
  odd.millis = std::numeric_limits<double>::quiet_NaN();
  odd.line = 0xffffffffU;
  Verdict verdict = orders(frame(wire::FrameType::kLog, wire::encodeLog(odd)) + resultFrame("1"));
  EXPECT_EQ(verdict.result(), "1") << verdict;
}

// What only the daemon can know a guest may not say of itself.
TEST_F(HostLies, Case93VerdictsThatAreNotItsOwn) {
  for (ErrorCode code : {ErrorCode::kWall, ErrorCode::kKilled, ErrorCode::kCrashed, ErrorCode::kProtocol,
                         ErrorCode::kUsage, ErrorCode::kUnavailable, ErrorCode::kBusy, ErrorCode::kSeal,
                         ErrorCode::kCancelled, ErrorCode::kInternal, ErrorCode::kLogs}) {
    expectProtocolError(frame(wire::FrameType::kFailure, wire::encodeFailure(failureOf("m", code))));
  }
}

// Positions that lie far outside the source, and a name that is another module's.
TEST_F(HostLies, Case93ForgedPositions) {
  for (uint32_t line : {0U, 1U, 2U, 1000U, 0xfffffffcU, 0xfffffffdU, 0xffffffffU}) {
    for (uint32_t column : {0U, 1U, 100'000U, 0xffffffffU}) {
      wire::Failure failure = failureOf("m");
      for (size_t i = 0; i < wire::kMaxFrames; ++i) {
        failure.frames.push_back({.function = "f", .module = "attack.js", .line = line, .column = column});
      }
      Verdict verdict = orders(frame(wire::FrameType::kFailure, wire::encodeFailure(failure)));
      EXPECT_EQ(verdict.code(), "E_EXCEPTION") << line << ":" << column << verdict;
      EXPECT_LT(verdict.document.size(), 200'000U);
    }
  }
}

// A larger reply than the run's own limit, which every other run could have.
TEST_F(HostLies, Case93OutputPastItsOwnLimit) {
  Limits limits;
  limits.outputBytes = 1000;
  Verdict verdict = orders(resultFrame("\"" + std::string(2000, 'x') + "\""), limits);
  EXPECT_EQ(verdict.code(), "E_OUTPUT") << verdict;
  EXPECT_EQ(verdict.result(), "undefined");
}

TEST_F(HostLies, Case93FloodOfFramesThatCostNothing) {
  // Half a megabyte of each in the time of one run; the neighbours' runs go on (checked by attack()).
  for (int type : {19, 20}) {
    std::string payload = type == 19 ? hexOf(wire::encodeTimings({})) : "-";
    Verdict verdict = orders("flood 0 " + std::to_string(type) + " " + payload + "\n", cpuLimit(milliseconds(300)));
    EXPECT_TRUE(verdict.code() == "E_CPU" || verdict.code() == "E_PROTO") << verdict;
  }
}

// ---- 94: stalls ----

TEST_F(HostLies, Case94HalfAFrameThenSilence) {
  std::string whole =
      wire::encodeFrame(wire::FrameType::kResult, wire::encodeResult({.defined = true, .json = "[1,2,3]"}));
  for (size_t part = 1; part < whole.size(); part += 5) {
    Verdict verdict = orders("write " + hexOf(whole.substr(0, part)) + "\nhang\n", wallLimit(milliseconds(100)));
    EXPECT_EQ(verdict.code(), "E_WALL") << part << verdict;
  }
}

TEST_F(HostLies, Case94HalfAFrameThenDeath) {
  std::string whole =
      wire::encodeFrame(wire::FrameType::kResult, wire::encodeResult({.defined = true, .json = "[1,2,3]"}));
  for (size_t part = 0; part < whole.size(); part += 7) {
    std::string begin = part == 0 ? "" : "write " + hexOf(whole.substr(0, part)) + "\n";
    Verdict verdict = orders(begin + "exit 0\n");
    EXPECT_EQ(verdict.code(), "E_HOST_CRASHED") << part << verdict;
  }
}

TEST_F(HostLies, Case94FrameByteByByteIsAFrame) {
  std::string whole =
      wire::encodeFrame(wire::FrameType::kResult, wire::encodeResult({.defined = true, .json = "[1,2,3]"}));
  std::string script;
  for (char byte : whole) script += "write " + hexOf({&byte, 1}) + "\nsleep 1\n";
  EXPECT_EQ(orders(script + "hang\n").result(), "[1,2,3]");
}

TEST_F(HostLies, Case94NeverReadsALargeJob) {
  RunRequest what = request("badhost\ndeaf\n", wallLimit(milliseconds(400)));
  what.modules.push_back({.name = "large.txt", .language = Language::kText, .source = std::string(40U << 20U, 'x')});
  Verdict verdict = attack(what);
  EXPECT_EQ(verdict.code(), "E_WALL") << verdict;
}

TEST_F(HostLies, Case94Stopped) {
  auto verdict = attack(request("badhost\nsleep 50\nspin\n", wallLimit(milliseconds(400))), [this] {
    sandbox().turnFor(milliseconds(20));
    for (pid_t guest : childrenOf(sandbox().zygotePid())) ::kill(guest, SIGSTOP);
    sandbox().turnFor(milliseconds(20));
    for (pid_t guest : childrenOf(sandbox().zygotePid())) ::kill(guest, SIGCONT);
    for (pid_t guest : childrenOf(sandbox().zygotePid())) ::kill(guest, SIGSTOP);
  });
  EXPECT_EQ(verdict.code(), "E_WALL") << verdict;
}

// ---- 95: shot at random points ----

TEST_F(HostLies, Case95KilledAtRandomPoints) {
  std::mt19937 random(std::random_device{}());
  std::string program =
      "export default async () => { for (let i = 0; i < 20; i++) { console.log('step', i, 'x'.repeat(500)); "
      "await new Promise((resolve) => setTimeout(resolve, 0)); } return 'done'; }";
  size_t killed = 0;
  size_t finished = 0;
  for (int i = 0; i < 200; ++i) {
    auto verdict = sandbox().submit(request(program));
    auto neighbour = sandbox().submit(canary());
    // The neighbour is let go first: only the attacker is shot.
    sandbox().turnUntil([&] { return neighbour->ended; });
    expectCanary(*neighbour);
    auto when = monotonicNow() + std::chrono::microseconds(random() % 15'000);
    while (monotonicNow() < when && !verdict->ended) sandbox().turnFor(milliseconds(0));
    for (pid_t guest : childrenOf(sandbox().zygotePid())) ::kill(guest, SIGKILL);
    ASSERT_TRUE(sandbox().turnUntil([&] { return verdict->ended; }, std::chrono::seconds(10)));
    inspect(*verdict);
    if (verdict->code().empty()) {
      EXPECT_EQ(verdict->result(), "\"done\"");
      ++finished;
    } else {
      EXPECT_EQ(verdict->code(), "E_HOST_CRASHED") << *verdict;
      ++killed;
    }
  }
  EXPECT_GT(killed, 20U) << "the shots came too late to test anything";
  std::cout << killed << " killed, " << finished << " finished\n";
}

// With the zygote everything in it goes; each run says so, and the next one finds a new zygote.
TEST_F(HostLies, Case95ZygoteKilled) {
  zygoteStays_ = false;
  for (int round = 0; round < 3; ++round) {
    std::vector<std::shared_ptr<Verdict>> verdicts;
    for (int i = 0; i < 20; ++i) {
      verdicts.push_back(
          sandbox().submit(request("await new Promise((resolve) => setTimeout(resolve, 3000)); export default 1;")));
    }
    sandbox().turnFor(milliseconds(20 * round));
    pid_t zygote = sandbox().zygotePid();
    ASSERT_GT(zygote, 0);
    ::kill(zygote, SIGKILL);
    ASSERT_TRUE(sandbox().turnUntil(
        [&] { return std::all_of(verdicts.begin(), verdicts.end(), [](const auto& each) { return each->ended; }); }));
    for (const auto& verdict : verdicts) {
      inspect(*verdict);
      EXPECT_EQ(verdict->code(), "E_UNAVAILABLE") << *verdict;
      EXPECT_TRUE(errorInfo(verdict->outcome.error->code).retryable);
    }
    expectCanary(sandbox().run(canary()));
  }
}

class DyingSpares : public HostLies {
 protected:
  SchedulerOptions options() const override {
    SchedulerOptions options = HostLies::options();
    options.spares = 2;
    return options;
  }
  RunRequest job() { return request("export default () => 1"); }
};

// A spare that has died, while its zygote is too busy to say so, is not given a job, let alone the daemon's life.
TEST_F(DyingSpares, Case95SpareDiesUnreported) {
  pid_t zygote = sandbox().zygotePid();
  ASSERT_EQ(childrenOf(zygote).size(), 2U);
  ::kill(zygote, SIGSTOP);
  for (pid_t spare : childrenOf(zygote)) ::kill(spare, SIGKILL);
  sandbox().turnFor(milliseconds(50));
  std::vector<std::shared_ptr<Verdict>> verdicts;
  for (int i = 0; i < 4; ++i) verdicts.push_back(sandbox().submit(job()));
  sandbox().turnFor(milliseconds(50));
  ::kill(zygote, SIGCONT);
  for (const auto& verdict : verdicts) {
    ASSERT_TRUE(sandbox().turnUntil([&] { return verdict->ended; }));
    EXPECT_TRUE(verdict->result() == "1" || verdict->code() == "E_HOST_CRASHED") << *verdict;
  }
  expectCanary(sandbox().run(canary()));
}

TEST_F(DyingSpares, Case95SparesShotAtRandom) {
  std::mt19937 random(std::random_device{}());
  size_t fine = 0;
  for (int i = 0; i < 200; ++i) {
    // Two to choose from, so that a job gets the other one about as often as not.
    ASSERT_TRUE(sandbox().turnUntil([this] { return sandbox().scheduler().zygotes().sparesReady() == 2; }));
    auto spares = childrenOf(sandbox().zygotePid());
    if (!spares.empty()) ::kill(spares[random() % spares.size()], SIGKILL);
    if (random() % 2 == 0) sandbox().turnFor(milliseconds(0));
    Verdict verdict = sandbox().run(job());
    inspect(verdict);
    EXPECT_TRUE(verdict.result() == "1" || verdict.code() == "E_HOST_CRASHED") << verdict;
    fine += verdict.result() == "1" ? 1 : 0;
  }
  EXPECT_GT(fine, 20U);
}

// Jobs that no guest would read are refused before one is asked.
TEST_F(HostLies, Case34JobsThatAreTooLarge) {
  auto refused = [this](RunRequest what, const char* code) {
    Verdict verdict = attack(std::move(what));
    EXPECT_EQ(verdict.code(), code) << verdict;
  };
  std::string program = "export default () => 1";
  RunRequest large = request(program);
  large.modules.push_back(
      {.name = "large.txt", .language = Language::kText, .source = std::string((64U << 20U) + 1, 'x')});
  refused(large, "E_LIMIT");
  RunRequest both = request(program);
  for (const char* name : {"a.txt", "b.txt"}) {
    both.modules.push_back({.name = name, .language = Language::kText, .source = std::string(41U << 20U, 'x')});
  }
  refused(both, "E_LIMIT");
  RunRequest input = request(program);
  input.inputJson = "\"" + std::string(81U << 20U, 'x') + "\"";
  refused(input, "E_LIMIT");
  RunRequest many = request(program);
  for (int i = 0; i < 10'000; ++i) many.modules.push_back({.name = "m" + std::to_string(i) + ".js", .source = "1"});
  refused(many, "E_LIMIT");
  RunRequest named = request(program);
  named.modules[0].name = std::string(1025, 'n');
  refused(named, "E_LIMIT");
  RunRequest none;
  refused(none, "E_USAGE");
}

}  // namespace
}  // namespace mayfly::abuse
