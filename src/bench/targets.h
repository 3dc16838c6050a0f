// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the project promises, and whether these results keep it. Ratios compare numbers of one and the same run, so
// they mean something on any machine.

#include <string>
#include <vector>

#include "bench/results.h"

namespace mayfly::bench {

enum class Verdict : uint8_t { kMet, kNotMet, kNotMeasured, kNoTarget };
std::string_view verdictName(Verdict verdict);

struct Judgement {
  std::string what;
  std::string target;
  double measured = 0;
  std::string unit;  // "x" for a ratio
  Verdict verdict = Verdict::kNotMeasured;
};

std::vector<Judgement> judge(const Results& results);

}  // namespace mayfly::bench
