// SPDX-License-Identifier: Apache-2.0
#include "bench/number_text.h"

#include <array>
#include <cmath>
#include <cstdio>

namespace mayfly::bench {

std::string numberText(double value) {
  double size = std::fabs(value);
  bool whole = value == std::floor(value) && size >= 1;
  int decimals = whole || size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.*f", decimals, value);
  return text.data();
}

}  // namespace mayfly::bench
