// SPDX-License-Identifier: Apache-2.0
#pragma once

// Which of the names that exist was meant by one that does not.

#include <string>
#include <string_view>
#include <vector>

namespace mayfly {

// At most three, the nearest first; empty when none is near. A difference in case alone is the nearest of all.
std::vector<std::string> nearNames(std::string_view name, const std::vector<std::string>& candidates);

// The number of characters to insert, delete, replace or swap with a neighbour; `most` + 1 when it is more than that.
size_t editDistance(std::string_view from, std::string_view to, size_t most);

// "a", "a or b", "a, b or c".
std::string alternatives(const std::vector<std::string>& names);

}  // namespace mayfly
