// SPDX-License-Identifier: Apache-2.0
#pragma once

// The whole benchmark: sections in order, the rival's beside ours, in one run on one machine.

#include <functional>
#include <string>
#include <vector>

#include "bench/machine.h"
#include "bench/section.h"
#include "bench/targets.h"

namespace mayfly::bench {

struct BenchOptions {
  SchedulerOptions scheduler;
  Size size = Size::kFull;
  std::vector<std::string> only;  // letters a to o; empty: all
  std::string workerd = "auto";   // "auto", "none" or a path
  std::string node = "auto";      // "auto" or a path
  std::function<void(std::string_view)> progress;
};

struct BenchReport {
  Machine machine;
  Size size = Size::kFull;
  std::string mayfly;
  std::string v8;
  std::string node;
  std::string workerd;
  Results results;
  std::vector<Judgement> judgements;
  double seconds = 0;
  bool failed = false;  // a section ended with an error; `results.skipped()` says which and why
};

// E_USAGE for an unknown letter, E_CANCELLED after an interrupt; a section that fails is only left out.
Result<BenchReport> runBench(const BenchOptions& options);

// For a terminal, for tools, and for docs/benchmarks.md.
std::string textReport(const BenchReport& report);
std::string jsonReport(const BenchReport& report);
std::string markdownReport(const BenchReport& report);

}  // namespace mayfly::bench
