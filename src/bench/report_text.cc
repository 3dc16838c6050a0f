// SPDX-License-Identifier: Apache-2.0
// Results as a person reads them: aligned on a terminal, as tables in docs/benchmarks.md.

#include <algorithm>

#include "bench/bench.h"
#include "bench/number_text.h"
#include "bench/snippet.h"

namespace mayfly::bench {
namespace {

std::string padded(const std::string& text, size_t width) {
  return text + std::string(width - std::min(width, text.size()), ' ');
}
std::string flushRight(const std::string& text, size_t width) {
  return std::string(width - std::min(width, text.size()), ' ') + text;
}

struct Cells {
  std::string p50, p90, p99;
};
Cells cellsOf(const Summary& values) {
  if (values.count == 1) return {numberText(values.p50), "", ""};
  return {numberText(values.p50), numberText(values.p90), numberText(values.p99)};
}

std::string valueOf(const Judgement& judgement) {
  if (judgement.verdict == Verdict::kNotMeasured) return "-";
  return numberText(judgement.measured) + (judgement.unit.empty() ? "" : " " + judgement.unit);
}

std::string machineLine(const Machine& machine) {
  return machine.cpu + ", " + std::to_string(machine.cores) + " cores, " +
         numberText(static_cast<double>(machine.memoryBytes) / (1U << 30U)) + " GiB, Linux " + machine.kernel + ", " +
         machine.system;
}

std::string versionLine(const BenchReport& report) {
  std::string line = "mayfly " + report.mayfly + ", V8 " + report.v8;
  if (!report.node.empty()) line += ", Node " + report.node;
  if (!report.workerd.empty()) line += ", " + report.workerd;
  return line;
}

std::string results(const BenchReport& report) {
  std::string out = "| what | p50 | p90 | p99 | unit | samples |\n|---|---:|---:|---:|---|---:|\n";
  for (const Measurement& each : report.results.measurements()) {
    Cells cells = cellsOf(each.values);
    out += "| " + each.what + " | " + cells.p50 + " | " + cells.p90 + " | " + cells.p99 + " | " + each.unit + " | " +
           std::to_string(each.values.count) + " |\n";
  }
  return out;
}

std::string targets(const BenchReport& report) {
  std::string out = "| what | target | measured | |\n|---|---|---:|---|\n";
  for (const Judgement& each : report.judgements) {
    out += "| " + each.what + " | " + each.target + " | " + valueOf(each) + " | " +
           std::string(verdictName(each.verdict)) + " |\n";
  }
  return out;
}

std::string method(const BenchReport& report) {
  std::string out;
  for (const Measurement& each : report.results.measurements()) {
    if (!each.how.empty()) out += "- **" + each.what + "** (`" + each.id + "`): " + each.how + ".\n";
  }
  for (const Skipped& each : report.results.skipped()) out += "- Not measured: " + each.what + " (" + each.why + ").\n";
  return out;
}

}  // namespace

std::string textReport(const BenchReport& report) {
  constexpr size_t kWhat = 62;
  std::string out = machineLine(report.machine) + "\n" + versionLine(report) + "\n\n";
  out += padded("", kWhat) + flushRight("p50", 10) + flushRight("p90", 10) + flushRight("p99", 10) + "\n";
  for (const Measurement& each : report.results.measurements()) {
    Cells cells = cellsOf(each.values);
    out += padded(each.what, kWhat) + flushRight(cells.p50, 10) + flushRight(cells.p90, 10) +
           flushRight(cells.p99, 10) + (each.unit.empty() ? "" : "  " + each.unit) + "\n";
  }
  out += "\n";
  for (const Judgement& each : report.judgements) {
    if (each.verdict == Verdict::kNotMeasured) continue;
    out += padded(each.what, kWhat) + flushRight(valueOf(each), 10) + "  " + padded(each.target, 18) +
           std::string(verdictName(each.verdict)) + "\n";
  }
  for (const Skipped& each : report.results.skipped()) out += "not measured: " + each.what + ": " + each.why + "\n";
  return out;
}

std::string markdownReport(const BenchReport& report) {
  std::string quick = report.size == Size::kQuick ? " This was a quick run with few samples: do not quote it." : "";
  return "# Benchmarks\n\n"
         "Written by `mayfly bench --report docs/benchmarks.md` (`make bench`) on " +
         report.machine.date + " in " + numberText(report.seconds) + " s; not edited by hand." + quick +
         " Times depend on the machine; ratios compare numbers of this one run. "
         "Every result value was checked before it was counted.\n\n"
         "- Machine: " +
         machineLine(report.machine) + "; load average before the run " + numberText(report.machine.loadBefore) +
         "\n- Versions: " + versionLine(report) +
         "\n\nThe snippet of sections a, b and f; its number is another one each time:\n\n```js\n" + snippetText(1) +
         "```\n\n## Targets\n\n" + targets(report) + "\n## Results\n\n" + results(report) +
         "\n## How each was measured\n\n" + method(report);
}

}  // namespace mayfly::bench
