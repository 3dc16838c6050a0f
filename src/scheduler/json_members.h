// SPDX-License-Identifier: Apache-2.0
#pragma once

// Reading documents of callers: the members of an object, each value as the text that it was, so that no number and no
// order of members is lost on the way into a sandbox.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace mayfly {

struct JsonMember {
  std::string name;
  std::string_view value;  // within the text that was read
};

// `json` has passed checkJson. E_USAGE when it is no object, or has a member twice; `what` names it in the message.
Result<std::vector<JsonMember>> jsonMembers(std::string_view json, std::string_view what);

// The items of an array; nothing when it is none.
std::optional<std::vector<std::string_view>> jsonItems(std::string_view json);

// The string or number that a value is; nothing when it is none.
std::optional<std::string> jsonStringValue(std::string_view json);
std::optional<double> jsonNumberValue(std::string_view json);

// The same value as a text that does not depend on blanks and on the order of members. Takes a copy for each level.
std::string canonicalJson(std::string_view json);

}  // namespace mayfly
