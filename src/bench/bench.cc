// SPDX-License-Identifier: Apache-2.0
#include "bench/bench.h"

#include <algorithm>
#include <array>
#include <filesystem>

#include "bench/interrupt.h"
#include "bench/tied_process.h"

namespace mayfly::bench {
namespace {

namespace fs = std::filesystem;

#if defined(__x86_64__)
constexpr const char* kWorkerdBinary = "/@cloudflare/workerd-linux-64/bin/workerd";
#else
constexpr const char* kWorkerdBinary = "/@cloudflare/workerd-linux-arm64/bin/workerd";
#endif

enum class Needs : uint8_t { kNothing, kNode, kWorkerd };

struct Step {
  char letter;
  const char* what;
  Result<void> (*measure)(Section&);
  Needs needs = Needs::kNothing;
};
// What is compared stands side by side, so that a machine that changes its pace does so for both.
constexpr std::array kSteps = {
    Step{'g', "the floor", measureFloor},
    Step{'a', "latency without spares", measureFresh},
    Step{'a', "latency with spares", measureSpares},
    Step{'a', "workerd's latency", measureRivalFresh, Needs::kWorkerd},
    Step{'b', "sandboxes per second", measureRate},
    Step{'b', "workerd's workers per second", measureRivalRate, Needs::kWorkerd},
    Step{'c', "memory", measureMemory},
    Step{'c', "workerd's memory", measureRivalMemory, Needs::kWorkerd},
    Step{'d', "many alive at once", measureLive},
    Step{'e', "limits", measureKills},
    Step{'f', "neighbours", measureNeighbours},
    Step{'h', "CPU-bound program", measureCpuMix, Needs::kNode},
    Step{'i', "web APIs", measurePlatform},
    Step{'j', "the daemon through HTTP", measureHttp},
    Step{'j', "workerd through HTTP", measureRivalHttp, Needs::kWorkerd},
    Step{'l', "RPC", measureRpc, Needs::kNode},
    Step{'m', "warm workers", measureWarmCrowd},
    Step{'n', "tenants", measureTenants},
    Step{'o', "return after a kill", measureRestart},
};

Result<void> checkLetters(const std::vector<std::string>& only) {
  for (const std::string& each : only) {
    bool known = each.size() == 1 &&
                 std::any_of(kSteps.begin(), kSteps.end(), [&](const Step& step) { return step.letter == each[0]; });
    if (!known)
      return Error{ErrorCode::kUsage, "--only: '" + each + "' is not one of the letters a to o (j and k are one)"};
  }
  return {};
}

bool wanted(const Step& step, const std::vector<std::string>& only) {
  return only.empty() || std::find(only.begin(), only.end(), std::string(1, step.letter)) != only.end();
}

// The program of that name, absolute; empty when there is none.
std::string locate(const std::string& choice, const std::string& automatic) {
  if (choice == "none") return {};
  std::error_code failure;
  fs::path path = fs::canonical(choice == "auto" ? automatic : choice, failure);
  return failure ? std::string() : path.string();
}

std::string versionOf(const std::string& program) {
  if (program.empty()) return {};
  auto output = outputOf(program, {"--version"}, std::chrono::seconds(20));
  return output.ok() ? output->substr(0, output->find('\n')) : std::string();
}

std::string whyNot(const Step& step, const Section& section) {
  if (step.needs == Needs::kWorkerd && section.workerd.empty()) return "workerd is not installed, or was not wanted";
  if (step.needs == Needs::kNode && section.node.empty()) return "Node was not found";
  return {};
}

// Fails when nothing can run here, and then there is nothing to measure.
Result<std::string> v8Version(const SchedulerOptions& options) {
  auto daemon = Daemon::start(options);
  if (!daemon) return std::move(daemon).error();
  return (*daemon)->zygote().v8Version();
}

}  // namespace

Result<BenchReport> runBench(const BenchOptions& options) {
  MAYFLY_TRY(checkLetters(options.only));
  BenchReport report;
  MonotonicTime begin = monotonicNow();
  report.machine = describeMachine();
  report.size = options.size;
  auto v8 = v8Version(options.scheduler);
  if (!v8) return std::move(v8).error();
  report.v8 = std::move(v8).value();
  const Installation& parts = options.scheduler.installation;
  Section section{.scheduler = options.scheduler,
                  .size = options.size,
                  .sources = fs::path(parts.packagesFolder).parent_path().string(),
                  .node = locate(options.node, parts.provider),
                  .workerd = locate(options.workerd, parts.packagesFolder + kWorkerdBinary),
                  .results = report.results,
                  .progress = options.progress};
  report.node = versionOf(section.node);
  report.workerd = versionOf(section.workerd);
  for (const Step& step : kSteps) {
    if (!wanted(step, options.only)) continue;
    MAYFLY_TRY(checkInterrupted());
    if (std::string reason = whyNot(step, section); !reason.empty()) {
      report.results.skip(step.what, reason);
    } else if (auto measured = step.measure(section); !measured) {
      report.results.skip(step.what, measured.error().message);
      report.failed = true;
    }
  }
  MAYFLY_TRY(checkInterrupted());
  report.judgements = judge(report.results);
  report.seconds = std::chrono::duration<double>(monotonicNow() - begin).count();
  return report;
}

}  // namespace mayfly::bench
