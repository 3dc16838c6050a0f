// SPDX-License-Identifier: Apache-2.0
#pragma once

// A real scheduler with a real zygote, and the oracles of security.md 3.0 around every attack:
//
//   typed outcome    one code of the table, within a deadline, in a well-formed document
//   neighbours       honest runs before, during and after the attack succeed with the right value
//   nothing leaked   processes, descriptors, cgroups and mounts are back to what they were
//   no secrets       the daemon's secrets are in nothing that the attack put out
//
//   class EndlessLoops : public SandboxTest {};
//   TEST_F(EndlessLoops, PlainLoop) { EXPECT_EQ(attack("for(;;);").code(), "E_CPU"); }

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "abuse/footprint.h"
#include "abuse/secrets.h"
#include "scheduler/scheduler.h"

namespace mayfly::abuse {

// Where the build put the libraries. MAYFLY_TEST_ZYGOTE and MAYFLY_TEST_BADHOST name others (the mutation check).
Installation testInstallation();
std::string badhostLibrary();
std::string liarLibrary();

// What the caller of a run gets to see.
struct Verdict {
  bool ended = false;  // false: the deadline passed
  Outcome outcome;
  std::vector<wire::LogRecord> logs;
  std::string document;  // what `mayfly run --json` prints

  // "" when the run went well, else "E_CPU" and so on.
  [[nodiscard]] std::string code() const;
  [[nodiscard]] std::string message() const { return outcome.error ? outcome.error->message : ""; }
  // The result's JSON text; "undefined" when there is none.
  [[nodiscard]] std::string result() const { return outcome.resultJson.value_or("undefined"); }
  [[nodiscard]] std::string logText() const;
  [[nodiscard]] std::chrono::milliseconds cpu() const;
};
std::ostream& operator<<(std::ostream& out, const Verdict& verdict);

constexpr std::chrono::seconds kPatience{60};

// One event loop with one scheduler.
class Sandbox {
 public:
  explicit Sandbox(const SchedulerOptions& options);
  ~Sandbox();

  EventLoop& loop() { return *loop_; }
  Scheduler& scheduler() { return *scheduler_; }

  // Submits; the verdict is filled in while the loop turns.
  std::shared_ptr<Verdict> submit(RunRequest request, uint64_t* id = nullptr);
  Verdict run(RunRequest request, std::chrono::milliseconds patience = kPatience);
  // Turns the loop until `done`; false when the deadline passed.
  bool turnUntil(const std::function<bool()>& done, std::chrono::milliseconds patience = kPatience);
  void turnFor(std::chrono::milliseconds time);

  // The zygote, seen from outside; 0 when none is ready.
  pid_t zygotePid();

 private:
  std::unique_ptr<EventLoop> loop_;
  std::unique_ptr<Scheduler> scheduler_;
};

RunRequest request(std::string program, const Limits& limits = {});

class SandboxTest : public ::testing::Test {
 protected:
  void SetUp() override;
  void TearDown() override;

  // What the scheduler is started with.
  virtual SchedulerOptions options() const;

  Sandbox& sandbox() { return *sandbox_; }
  // Replaces the sandbox, for a test with options of its own.
  void restart(const SchedulerOptions& options);

  // Runs hostile code under all oracles. `alongside` runs once the attack is submitted, with the loop turning after.
  Verdict attack(RunRequest hostile, const std::function<void()>& alongside = {});
  Verdict attack(const std::string& program, const Limits& limits = {}) { return attack(request(program, limits)); }
  // Checks the oracles on a verdict that came about in another way.
  void inspect(const Verdict& verdict);

  // An honest run with a value that only a correct sandbox gives.
  RunRequest canary();
  void expectCanary(const Verdict& verdict);

  // Whether the oracle "nothing leaked" applies to the zygote as well: not when the test kills it.
  bool zygoteStays_ = true;

 private:
  std::unique_ptr<Sandbox> sandbox_;
  Footprint before_;
  Footprint warm_;
  uint64_t canaries_ = 0;
};

// Limits that differ from the defaults in one thing.
Limits cpuLimit(std::chrono::milliseconds cpu);
Limits wallLimit(std::chrono::milliseconds wall);
Limits memoryLimit(uint64_t megabytes, std::chrono::milliseconds cpu = std::chrono::seconds(5));

// Both by name, so that a failure prints the program's own words.
#define EXPECT_RESULT(program, expected)                \
  do {                                                  \
    Verdict verdict_ = attack(program);                 \
    EXPECT_EQ(verdict_.code(), "") << verdict_;         \
    EXPECT_EQ(verdict_.result(), expected) << verdict_; \
  } while (false)
#define EXPECT_CODE(program, limits, expected)        \
  do {                                                \
    Verdict verdict_ = attack(program, limits);       \
    EXPECT_EQ(verdict_.code(), expected) << verdict_; \
  } while (false)

}  // namespace mayfly::abuse
