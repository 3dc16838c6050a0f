// SPDX-License-Identifier: Apache-2.0
#pragma once

// Base64 (RFC 4648, section 4), strictly: padded, no line ends, no bits left over.

#include <optional>
#include <string>
#include <string_view>

namespace mayfly {

std::optional<std::string> decodeBase64(std::string_view text);

// The alphabet for URLs and file names (section 5), without padding.
std::string encodeBase64Url(std::string_view bytes);

}  // namespace mayfly
