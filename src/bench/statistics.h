// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a handful of samples says: nearest-rank percentiles, no interpolation, so every number that is reported was
// really measured.

#include <cstddef>
#include <vector>

namespace mayfly::bench {

struct Summary {
  size_t count = 0;
  double p50 = 0;
  double p90 = 0;
  double p99 = 0;
  double least = 0;
  double most = 0;
  double mean = 0;
};

// The smallest sample that is at least as large as `part` (0 to 1) of all. `sorted` ascends; 0 when it is empty.
double percentile(const std::vector<double>& sorted, double part);

Summary summarize(std::vector<double> samples);

// One number as a summary of itself.
Summary single(double value);

}  // namespace mayfly::bench
