// SPDX-License-Identifier: Apache-2.0
// How late a limit ends a program.

#include "bench/section.h"
#include "bench/snippet.h"

namespace mayfly::bench {
namespace {

constexpr std::chrono::milliseconds kCpuLimit{50};
constexpr std::chrono::milliseconds kWallLimit{60};

struct Loop {
  const char* id;
  const char* what;
  const char* text;
};
constexpr Loop kLoop = {"e.cpu", "CPU limit overshoot, a JavaScript loop", "async () => { for (;;); }"};
// V8's own termination does not interrupt this builtin; the kernel's timer does.
constexpr Loop kBuiltin = {"e.cpu.builtin", "CPU limit overshoot, a loop inside a builtin",
                           "async () => Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1)"};

Result<Outcome> runInto(Daemon& daemon, const char* text, const Limits& limits, ErrorCode expected) {
  RunRequest request = programRequest(std::string(text) + "\n// " + std::to_string(nextNonce()));
  request.limits = limits;
  auto ran = daemon.run(std::move(request));
  if (!ran) return std::move(ran).error();
  if (ran->outcome.error && ran->outcome.error->code == expected) return std::move(ran->outcome);
  return Error{ErrorCode::kInternal, "a loop ended otherwise than by " + std::string(errorInfo(expected).code)};
}

Result<void> measureCpuLimit(Section& section, Daemon& daemon, const Loop& loop) {
  std::vector<double> overshoot;
  Limits limits;
  limits.cpu = kCpuLimit;
  for (size_t i = 0; i < section.pick(30, 150); ++i) {
    auto outcome = runInto(daemon, loop.text, limits, ErrorCode::kCpu);
    if (!outcome) return std::move(outcome).error();
    auto used = static_cast<double>(outcome->usage.cpuUserNanos + outcome->usage.cpuSystemNanos);
    overshoot.push_back((used - static_cast<double>(limits.cpu.count())) / 1e6);
  }
  section.results.add({loop.id, loop.what, "ms", summarize(std::move(overshoot)),
                       "CPU time by wait4, start of the sandbox included, minus the limit of 50 ms"});
  return {};
}

Result<void> measureWallLimit(Section& section, Daemon& daemon) {
  std::vector<double> verdicts;
  std::vector<double> ends;
  Limits limits;
  limits.cpu = std::chrono::seconds(10);
  limits.wall = kWallLimit;
  for (size_t i = 0; i < section.pick(30, 150); ++i) {
    auto outcome = runInto(daemon, kLoop.text, limits, ErrorCode::kWall);
    if (!outcome) return std::move(outcome).error();
    verdicts.push_back(outcome->trace.replied / 1e3 - static_cast<double>(kWallLimit.count()));
    ends.push_back(outcome->trace.reaped / 1e3 - static_cast<double>(kWallLimit.count()));
  }
  section.results.add({"e.wall", "wall clock limit: until the verdict", "ms", summarize(std::move(verdicts)),
                       "time since the limit of 60 ms passed, for a program that loops"});
  section.results.add(
      {"e.wall.gone", "wall clock limit: until the process is gone", "ms", summarize(std::move(ends)), ""});
  return {};
}

}  // namespace

Result<void> measureKills(Section& section) {
  SchedulerOptions options = section.scheduler;
  options.spares = 0;
  auto daemon = Daemon::start(options);
  if (!daemon) return std::move(daemon).error();
  section.progress("how late the CPU limit kills");
  MAYFLY_TRY(measureCpuLimit(section, **daemon, kLoop));
  MAYFLY_TRY(measureCpuLimit(section, **daemon, kBuiltin));
  section.progress("how late the wall clock limit kills");
  return measureWallLimit(section, **daemon);
}

}  // namespace mayfly::bench
