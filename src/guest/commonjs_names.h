// SPDX-License-Identifier: Apache-2.0
#pragma once

// The names that a CommonJS module will export, found before it runs: an import has to know them when it is linked.
// Found are `exports.name =`, `module.exports.name =`, `Object.defineProperty(exports, "name"` and the plain keys of
// `module.exports = { ... }`. Others are members of the default import all the same.

#include <string>
#include <string_view>
#include <vector>

namespace mayfly::guest {

// Without "default", each once, in the order of the text, at most 1,000.
std::vector<std::string> commonJsNames(std::string_view source);

}  // namespace mayfly::guest
