// SPDX-License-Identifier: Apache-2.0
// A CPU-bound program in a sandbox against the same program in Node. Each call is the first of its process, and
// sandbox and Node take turns, so that both meet the same machine.

#include <sstream>

#include "bench/machine.h"
#include "bench/section.h"
#include "bench/snippet.h"
#include "bench/tied_process.h"

namespace mayfly::bench {
namespace {

constexpr std::string_view kProgram = "/examples/bench/cpu_mix.js";

struct Taken {
  double wallMillis = 0;  // around the call, by the process's own clock
  double cpuMillis = 0;
  std::string result;
};

Result<Taken> inNode(const Section& section) {
  std::string text = "import mix from 'file://" + section.sources + std::string(kProgram) + R"js(';
const before = process.cpuUsage();
const begin = performance.now();
const result = mix();
const wall = performance.now() - begin;
const used = process.cpuUsage(before);
console.log(wall, (used.user + used.system) / 1000, JSON.stringify(result));
)js";
  auto output = outputOf(section.node, {"--input-type=module", "--eval", text}, std::chrono::seconds(60));
  if (!output) return std::move(output).error();
  Taken taken;
  std::istringstream(*output) >> taken.wallMillis >> taken.cpuMillis >> taken.result;
  return taken;
}

Result<Taken> inSandbox(Daemon& daemon, const std::string& source) {
  RunRequest request = programRequest(source);
  request.limits.cpu = std::chrono::seconds(10);
  request.limits.memoryBytes = 512U << 20U;
  request.trace = true;
  auto ran = daemon.run(std::move(request));
  if (!ran) return std::move(ran).error();
  const Outcome& outcome = ran->outcome;
  if (!outcome.ok()) return Error{ErrorCode::kInternal, "the CPU mix failed: " + outcome.error->message};
  Taken taken;
  taken.wallMillis = (outcome.trace.guest.ran - outcome.trace.guest.compiled) / 1e3;
  taken.cpuMillis = static_cast<double>(outcome.usage.cpuUserNanos + outcome.usage.cpuSystemNanos) / 1e6;
  taken.result = outcome.resultJson.value_or("");
  return taken;
}

// CPU time of a sandbox that does nothing: what the program itself is not to blame for.
Result<double> idleCpuMillis(Daemon& daemon) {
  std::vector<double> samples;
  for (size_t i = 0; i < 50; ++i) {
    auto ran = daemon.runChecked(programRequest("async () => 1"), "1");
    if (!ran) return std::move(ran).error();
    const Usage& usage = ran->outcome.usage;
    samples.push_back(static_cast<double>(usage.cpuUserNanos + usage.cpuSystemNanos) / 1e6);
  }
  return summarize(std::move(samples)).p50;
}

}  // namespace

Result<void> measureCpuMix(Section& section) {
  std::string source = readSmallFile(section.sources + std::string(kProgram));
  if (source.empty()) return Error{ErrorCode::kUnavailable, "examples/bench/cpu_mix.js is not in this installation"};
  auto daemon = Daemon::start(section.scheduler);
  if (!daemon) return std::move(daemon).error();
  auto idle = idleCpuMillis(**daemon);
  if (!idle) return std::move(idle).error();
  std::vector<double> sandboxWall, sandboxCpu, nodeWall, nodeCpu;
  size_t rounds = section.pick(3, 11);
  for (size_t i = 0; i < rounds; ++i) {
    section.progress("a CPU-bound program, round " + std::to_string(i + 1) + " of " + std::to_string(rounds));
    auto sandbox = inSandbox(**daemon, source);
    if (!sandbox) return std::move(sandbox).error();
    auto node = inNode(section);
    if (!node) return std::move(node).error();
    if (sandbox->result != node->result || node->result.empty()) {
      return Error{ErrorCode::kInternal, "sandbox and Node disagree on the CPU mix"};
    }
    sandboxWall.push_back(sandbox->wallMillis);
    sandboxCpu.push_back(sandbox->cpuMillis - *idle);
    nodeWall.push_back(node->wallMillis);
    nodeCpu.push_back(node->cpuMillis);
  }
  section.results.add({"h.sandbox", "CPU-bound program in a sandbox", "ms", summarize(std::move(sandboxWall)),
                       "time of the one call in a new process, by its own clock; 512 MB of memory; checksums agree"});
  section.results.add({"h.node", "the same program in Node", "ms", summarize(std::move(nodeWall)),
                       "performance.now() around the one call in a new process"});
  section.results.add({"h.sandbox.cpu", "CPU time of it in a sandbox", "ms", summarize(std::move(sandboxCpu)),
                       "wait4, minus the CPU time of a sandbox that does nothing"});
  section.results.add(
      {"h.node.cpu", "CPU time of it in Node", "ms", summarize(std::move(nodeCpu)),
       "process.cpuUsage() around the call: all threads of Node, which compiles and collects in parallel"});
  return {};
}

}  // namespace mayfly::bench
