// SPDX-License-Identifier: Apache-2.0
#pragma once

// The lines around an error with a mark under its column, as people and models are used to reading them:
//
//     11 | const rows = parse(text);
//   > 12 | return rows.map((row) => row.amuont.toFixed(2));
//        |                                     ^
//     13 | }

#include <cstdint>
#include <string>
#include <string_view>

namespace mayfly {

// `line` and `column` count from 1, the column in UTF-16 units as JavaScript does. Empty when there is no such line.
// Long lines are cut around the column.
std::string codeFrame(std::string_view source, uint32_t line, uint32_t column);

}  // namespace mayfly
