// SPDX-License-Identifier: Apache-2.0
#pragma once

// Names for runs and workers: nobody can guess another one's.

#include <string>
#include <string_view>

namespace mayfly {

// The prefix and 18 hexadecimal digits.
std::string randomId(std::string_view prefix);

}  // namespace mayfly
