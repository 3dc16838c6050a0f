// SPDX-License-Identifier: Apache-2.0
#pragma once

// UTF-8 as Unicode 15.0, table 3-7 defines it: no overlong forms, no surrogates, nothing past U+10FFFF.

#include <cstddef>
#include <string_view>

namespace mayfly {

// Bytes of the well-formed sequence that `text` starts with (1 to 4), or 0 when it starts with none.
size_t utf8SequenceLength(std::string_view text);

bool isUtf8(std::string_view text);

// The longest prefix of at most `cap` bytes that ends at a character. `text` is well-formed.
std::string_view utf8Prefix(std::string_view text, size_t cap);

}  // namespace mayfly
