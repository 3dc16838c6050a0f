// SPDX-License-Identifier: Apache-2.0
// Memory of a live sandbox, and how many fit.

#include <algorithm>

#include "base/clock.h"
#include "bench/crowd.h"
#include "bench/machine.h"
#include "bench/section.h"

namespace mayfly::bench {
namespace {

constexpr double kMegabyte = 1U << 20U;
constexpr size_t kMemoryCrowd = 1000;
constexpr uint64_t kDescriptors = 65536;
constexpr double kLongestWaitMillis = 400'000;

double megabytesFallen(uint64_t before, uint64_t after) {
  return (static_cast<double>(before) - static_cast<double>(after)) / kMegabyte;
}

Result<void> allAnswered(const Crowd& crowd) {
  if (crowd.answered() == crowd.started()) return {};
  return Error{ErrorCode::kInternal, std::to_string(crowd.answered()) + " of " + std::to_string(crowd.started()) +
                                         " live sandboxes answered; the first failure: " + crowd.firstFailure()};
}

Result<std::unique_ptr<Daemon>> startWithoutSpares(const Section& section) {
  SchedulerOptions options = section.scheduler;
  options.spares = 0;
  return Daemon::start(options);
}

// One crowd and what it took, per sandbox. The level before and after is averaged: a drift that has nothing to do with
// us cancels out.
Result<double> megabytesEach(Daemon& daemon, std::optional<GuestMemory>& sample) {
  uint64_t before = settledMemAvailable();
  Crowd crowd(daemon, kMemoryCrowd, wallClockMillis() + 12'000);
  MAYFLY_TRY(crowd.assemble());
  uint64_t during = settledMemAvailable();
  if (crowd.alive() != kMemoryCrowd) return Error{ErrorCode::kUnavailable, "the sandboxes did not start in time"};
  sample = sampleGuests(daemon.zygote().process().innerPid());
  MAYFLY_TRY(crowd.dissolve());
  MAYFLY_TRY(allAnswered(crowd));
  uint64_t after = settledMemAvailable();
  return megabytesFallen((before + after) / 2, during) / kMemoryCrowd;
}

// Seconds that one sandbox takes to be up, by a small crowd.
Result<double> secondsEach(Daemon& daemon) {
  constexpr size_t kPilots = 300;
  MonotonicTime begin = monotonicNow();
  Crowd pilots(daemon, kPilots, wallClockMillis() + 4000);
  MAYFLY_TRY(pilots.assemble());
  double seconds = std::chrono::duration<double>(monotonicNow() - begin).count();
  MAYFLY_TRY(pilots.dissolve());
  MAYFLY_TRY(allAnswered(pilots));
  return seconds / kPilots;
}

}  // namespace

Result<void> measureMemory(Section& section) {
  auto daemon = startWithoutSpares(section);
  if (!daemon) return std::move(daemon).error();
  std::vector<double> each;
  std::optional<GuestMemory> sample;
  for (size_t round = 1; round <= section.pick(1, 5); ++round) {
    section.progress("memory of " + std::to_string(kMemoryCrowd) + " live sandboxes, round " + std::to_string(round));
    auto taken = megabytesEach(**daemon, sample);
    if (!taken) return std::move(taken).error();
    each.push_back(*taken);
  }
  section.results.add({"c.memory", "memory per live sandbox, all included", "MB", summarize(std::move(each)),
                       "the fall of MemAvailable over 1,000 sandboxes that await a timer, against the mean of before "
                       "and after: page tables, kernel stacks, sockets and the daemon's own records included; all of "
                       "them answered afterwards"});
  if (sample) {
    section.results.add({"c.memory.private", "of it, private pages of the process", "MB",
                         single(sample->privatePages / kMegabyte), "smaps_rollup, the median of a few"});
    section.results.add({"c.memory.tables", "of it, page tables", "MB", single(sample->pageTables / kMegabyte),
                         "VmPTE, the median of a few"});
  }
  return {};
}

Result<void> measureLive(Section& section) {
  raiseDescriptorLimit(kDescriptors);
  size_t size = section.pick(1000, 15'000);
  auto daemon = startWithoutSpares(section);
  if (!daemon) return std::move(daemon).error();
  section.progress(std::to_string(size) + " sandboxes alive at once");
  auto pace = secondsEach(**daemon);
  if (!pace) return std::move(pace).error();
  uint64_t before = settledMemAvailable();
  MonotonicTime begin = monotonicNow();
  // Forks become slower with the number of siblings, and all are to be up before the first one wakes.
  double deadline = wallClockMillis() + 10'000 + std::min(8e3 * *pace * static_cast<double>(size), kLongestWaitMillis);
  Crowd crowd(**daemon, size, deadline);
  MAYFLY_TRY(crowd.assemble());
  double startSeconds = std::chrono::duration<double>(monotonicNow() - begin).count();
  double taken = megabytesFallen(before, settledMemAvailable());
  section.progress(std::to_string(crowd.alive()) + " are up and wait for their time");
  MAYFLY_TRY(crowd.dissolve());
  double answerSeconds = (wallClockMillis() - deadline) / 1e3;
  MAYFLY_TRY(allAnswered(crowd));
  section.results.add({"d.live", "sandboxes alive at once, all answering", "",
                       single(static_cast<double>(crowd.peak())),
                       "each is given the same absolute time, says that it is up, sleeps until then and answers its "
                       "own number; " +
                           std::to_string(size) + " were wanted, and every one that was started answered right"});
  section.results.add(
      {"d.live.memory", "memory taken by all of them", "MB", single(taken), "the fall of MemAvailable"});
  section.results.add({"d.live.start", "time until all were up", "s", single(startSeconds), ""});
  section.results.add({"d.live.answer", "time from their wake-up until the last answer", "s", single(answerSeconds),
                       "they wake all at once"});
  return {};
}

}  // namespace mayfly::bench
