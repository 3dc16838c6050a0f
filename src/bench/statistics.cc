// SPDX-License-Identifier: Apache-2.0
#include "bench/statistics.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace mayfly::bench {

double percentile(const std::vector<double>& sorted, double part) {
  if (sorted.empty()) return 0;
  double rank = std::ceil(part * static_cast<double>(sorted.size()));
  auto index = static_cast<size_t>(std::clamp(rank, 1.0, static_cast<double>(sorted.size())));
  return sorted[index - 1];
}

Summary summarize(std::vector<double> samples) {
  if (samples.empty()) return {};
  std::sort(samples.begin(), samples.end());
  double sum = std::accumulate(samples.begin(), samples.end(), 0.0);
  return {.count = samples.size(),
          .p50 = percentile(samples, 0.50),
          .p90 = percentile(samples, 0.90),
          .p99 = percentile(samples, 0.99),
          .least = samples.front(),
          .most = samples.back(),
          .mean = sum / static_cast<double>(samples.size())};
}

Summary single(double value) { return summarize({value}); }

}  // namespace mayfly::bench
