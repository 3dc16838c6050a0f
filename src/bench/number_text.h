// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace mayfly::bench {

// About three significant digits, without an exponent: 0.068, 3.14, 42.5, 15000.
std::string numberText(double value);

}  // namespace mayfly::bench
