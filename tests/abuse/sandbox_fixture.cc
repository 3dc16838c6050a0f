// SPDX-License-Identifier: Apache-2.0
#include "abuse/sandbox_fixture.h"

#include <simdjson.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>

#include "scheduler/json_check.h"

namespace mayfly::abuse {
namespace {

constexpr std::chrono::milliseconds kCanaryEvery{50};
// The daemon's memory may grow by buffers that the allocator keeps, not by what an attack sends.
constexpr uint64_t kRoomToGrow = 192U << 20U;

std::string fromEnvironment(const char* name, const char* otherwise) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0' ? value : otherwise;
}

}  // namespace

Installation testInstallation() {
  Installation parts;
  const char* root = std::getenv("MAYFLY_V8_ROOT");
  parts.provider = std::string(root != nullptr && *root != '\0' ? root : MAYFLY_TEST_V8_ROOT) + "/bin/node";
  parts.zygoteLibrary = fromEnvironment("MAYFLY_TEST_ZYGOTE", MAYFLY_TEST_ZYGOTE_LIBRARY);
  parts.toolHostLibrary = MAYFLY_TEST_TOOLHOST_LIBRARY;
  parts.toolHostFolder = MAYFLY_TEST_SOURCE_DIR "/tool-host";
  parts.packagesFolder = MAYFLY_TEST_SOURCE_DIR "/node_modules";
  return parts;
}

std::string badhostLibrary() { return fromEnvironment("MAYFLY_TEST_BADHOST", MAYFLY_TEST_BADHOST_LIBRARY); }
std::string liarLibrary() { return MAYFLY_TEST_LIAR_LIBRARY; }

// ---- Verdict ----

std::string Verdict::code() const {
  return outcome.error ? std::string(errorInfo(outcome.error->code).code) : std::string();
}

std::string Verdict::logText() const {
  std::string text;
  for (const wire::LogRecord& log : logs) text += log.argsJson + "\n";
  return text;
}

std::chrono::milliseconds Verdict::cpu() const {
  return std::chrono::milliseconds((outcome.usage.cpuUserNanos + outcome.usage.cpuSystemNanos) / 1'000'000);
}

std::ostream& operator<<(std::ostream& out, const Verdict& verdict) {
  constexpr size_t kShown = 3000;
  out << verdict.document.substr(0, kShown);
  if (verdict.document.size() > kShown) out << "... " << verdict.document.size() << " bytes";
  return out;
}

// ---- Sandbox ----

Sandbox::Sandbox(const SchedulerOptions& options) {
  auto loop = EventLoop::create();
  MAYFLY_CHECK(loop.ok());
  loop_ = std::move(loop).value();
  scheduler_ = std::make_unique<Scheduler>(*loop_, options);
}

Sandbox::~Sandbox() = default;

std::shared_ptr<Verdict> Sandbox::submit(RunRequest what, uint64_t* id) {
  auto verdict = std::make_shared<Verdict>();
  auto logsJson = std::make_shared<std::string>("[");
  RunCallbacks callbacks;
  callbacks.onLog = [verdict, logsJson](const wire::LogRecord& log) {
    verdict->logs.push_back(log);
    *logsJson += (logsJson->size() > 1 ? "," : "") + logJson(log);
  };
  callbacks.onDone = [verdict, logsJson](Outcome outcome) {
    MAYFLY_CHECK(!verdict->ended);  // exactly once
    verdict->ended = true;
    verdict->outcome = std::move(outcome);
    verdict->document = outcomeJson(verdict->outcome, *logsJson + "]", false);
  };
  uint64_t submitted = scheduler_->submit(std::move(what), std::move(callbacks));
  if (id != nullptr) *id = submitted;
  return verdict;
}

Verdict Sandbox::run(RunRequest what, std::chrono::milliseconds patience) {
  auto verdict = submit(std::move(what));
  turnUntil([&] { return verdict->ended; }, patience);
  return *verdict;
}

bool Sandbox::turnUntil(const std::function<bool()>& done, std::chrono::milliseconds patience) {
  loop_->runUntil(done, monotonicNow() + patience);
  return done();
}

void Sandbox::turnFor(std::chrono::milliseconds time) {
  turnUntil([] { return false; }, time);
}

pid_t Sandbox::zygotePid() {
  Zygote* zygote = scheduler_->zygotes().current();
  return zygote == nullptr ? 0 : zygote->process().innerPid();
}

RunRequest request(std::string program, const Limits& limits) {
  RunRequest what;
  what.modules.push_back({.name = "attack.js", .language = Language::kJavaScript, .source = std::move(program)});
  what.limits = limits;
  return what;
}

Limits cpuLimit(std::chrono::milliseconds cpu) {
  Limits limits;
  limits.cpu = cpu;
  return limits;
}

Limits wallLimit(std::chrono::milliseconds wall) {
  Limits limits;
  limits.cpu = std::chrono::seconds(20);
  limits.wall = wall;
  return limits;
}

Limits memoryLimit(uint64_t megabytes, std::chrono::milliseconds cpu) {
  Limits limits;
  limits.cpu = cpu;
  limits.memoryBytes = megabytes << 20U;
  return limits;
}

// ---- SandboxTest ----

SchedulerOptions SandboxTest::options() const {
  SchedulerOptions options;
  options.installation = testInstallation();
  return options;
}

void SandboxTest::SetUp() {
  Secrets::planted();
  before_ = Footprint::take();
  restart(options());
}

void SandboxTest::restart(const SchedulerOptions& options) {
  sandbox_.reset();
  sandbox_ = std::make_unique<Sandbox>(options);
  Verdict first = sandbox_->run(canary());
  expectCanary(first);
  if (HasFatalFailure()) return;
  // Spares come and go; the footprint is taken when all of them are there.
  sandbox_->turnUntil([&] { return sandbox_->scheduler().zygotes().sparesReady() >= options.spares; });
  warm_ = Footprint::take();
}

RunRequest SandboxTest::canary() {
  RunRequest what = request("export default ({ n }) => { console.log('canary', n); return n * n + 1; }");
  what.modules[0].name = "canary.js";
  what.inputJson = "{\"n\":" + std::to_string(++canaries_) + "}";
  what.limits.cpu = std::chrono::seconds(2);
  return what;
}

void SandboxTest::expectCanary(const Verdict& verdict) {
  ASSERT_TRUE(verdict.ended) << "a neighbour's run does not end";
  ASSERT_EQ(verdict.code(), "") << "a neighbour's run failed: " << verdict;
  ASSERT_EQ(verdict.logs.size(), 1U) << "a neighbour's logs are not its own: " << verdict;
  const std::string& log = verdict.logs[0].argsJson;
  uint64_t n = std::stoull(log.substr(log.find(',') + 1));
  EXPECT_EQ(verdict.result(), std::to_string(n * n + 1)) << "a neighbour's result is wrong: " << verdict;
}

void SandboxTest::inspect(const Verdict& verdict) {
  ASSERT_TRUE(verdict.ended) << "no outcome within the deadline";
  EXPECT_TRUE(checkJson(verdict.document).ok()) << "the outcome's document is not JSON: " << verdict;
  EXPECT_EQ(Secrets::planted().foundIn(verdict.document), "") << "a secret got out: " << verdict;
  EXPECT_NE(verdict.code(), "E_INTERNAL") << verdict;
  EXPECT_FALSE(verdict.outcome.error.has_value() && verdict.outcome.resultJson.has_value()) << verdict;
}

Verdict SandboxTest::attack(RunRequest hostile, const std::function<void()>& alongside) {
  uint64_t residentBefore = residentBytes();
  auto verdict = sandbox_->submit(std::move(hostile));
  std::vector<std::shared_ptr<Verdict>> canaries = {sandbox_->submit(canary())};
  if (alongside) alongside();
  MonotonicTime deadline = monotonicNow() + kPatience;
  while (!verdict->ended && monotonicNow() < deadline) {
    sandbox_->turnUntil([&] { return verdict->ended; }, kCanaryEvery);
    bool free = canaries.back()->ended;  // on a slow machine no queue of them
    if (!verdict->ended && free) canaries.push_back(sandbox_->submit(canary()));
  }
  canaries.push_back(sandbox_->submit(canary()));
  sandbox_->turnUntil(
      [&] { return std::all_of(canaries.begin(), canaries.end(), [](const auto& each) { return each->ended; }); });
  for (const auto& each : canaries) expectCanary(*each);
  inspect(*verdict);
  uint64_t residentAfter = residentBytes();
  uint64_t shown = verdict->document.size() * 4;
  EXPECT_LE(residentAfter, residentBefore + kRoomToGrow + shown) << "the daemon's memory grew with the attack";
  return *verdict;
}

void SandboxTest::TearDown() {
  if (zygoteStays_ && !HasFatalFailure()) {
    EXPECT_TRUE(
        sandbox_->turnUntil([&] { return warm_.excessOf(Footprint::take()).empty(); }, std::chrono::seconds(10)))
        << "left over beside the zygote: " << warm_.excessOf(Footprint::take());
  }
  sandbox_.reset();
  EXPECT_EQ(settle(before_), "") << "left over after the scheduler has gone";
}

}  // namespace mayfly::abuse

// Secrets are planted before anything starts; orphans come to us, so that none hides from the leak oracle.
int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  mayfly::abuse::Secrets::planted();
  ::testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
