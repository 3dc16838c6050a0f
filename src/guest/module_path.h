// SPDX-License-Identifier: Apache-2.0
#pragma once

// From what an import says to the name of a module in the record. Text only: no V8, so that it is tested by itself.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mayfly::guest {

// "./b.js", "../b.js", "/b.js" and file: URLs, which is what import.meta.url gives; anything else is a bare name.
bool isRelativeSpecifier(std::string_view specifier);

// "./b.js" as seen from "lib/a.js" is "lib/b.js". Nothing when it leads out of the record.
std::optional<std::string> resolveSpecifier(std::string_view specifier, std::string_view referrer);

// The names that require() tries, in this order: as it stands, with an extension, as a folder with an index.
std::vector<std::string> requireCandidates(std::string_view name);

// The name of a module as a file: URL, and the name that such a URL stands for.
std::string moduleUrl(std::string_view name);
std::optional<std::string> nameOfModuleUrl(std::string_view url);

// "https" of "https://example.com/x.js", "node" of "node:fs"; empty when there is none.
std::string_view schemeOf(std::string_view specifier);

}  // namespace mayfly::guest
