// SPDX-License-Identifier: Apache-2.0
#include "scheduler/json_check.h"

#include <simdjson.h>

#include <string>

namespace mayfly {
namespace {

bool isDigit(char c) { return c >= '0' && c <= '9'; }

// simdjson refuses integers beyond 64 bits, which JSON allows and JSON.stringify(1e20) writes. In a copy that is only
// checked, the last two digits of each long run of them become an exponent: it is valid if and only if the run was.
std::string shortenIntegers(std::string_view text) {
  std::string copy(text);
  constexpr size_t kLong = 19;
  bool inText = false;
  for (size_t i = 0; i < copy.size(); ++i) {
    if (copy[i] == '"') inText = !inText;
    if (inText && copy[i] == '\\') ++i;
    if (inText || !isDigit(copy[i])) continue;
    size_t end = i;
    while (end < copy.size() && isDigit(copy[end])) ++end;
    bool whole = end == copy.size() || (copy[end] != '.' && copy[end] != 'e' && copy[end] != 'E');
    bool fraction = i > 0 && (copy[i - 1] == '.' || copy[i - 1] == 'e' || copy[i - 1] == 'E' || copy[i - 1] == '+');
    if (end - i >= kLong && whole && !fraction) {
      copy[end - 2] = 'e';
      copy[end - 1] = '1';
    }
    i = end - 1;
  }
  return copy;
}

}  // namespace

Result<void> checkJson(std::string_view text) {
  static thread_local simdjson::dom::parser parser;
  if (parser.max_depth() != kMaxJsonDepth && parser.allocate(4096, kMaxJsonDepth) != simdjson::SUCCESS) {
    return Error{ErrorCode::kInternal, "no memory for a JSON parser"};
  }
  auto parsed = parser.parse(text.data(), text.size());
  if (parsed.error() == simdjson::NUMBER_ERROR) {
    parsed = parser.parse(shortenIntegers(text));
  }
  if (parsed.error() == simdjson::SUCCESS) return {};
  if (parsed.error() == simdjson::DEPTH_ERROR) {
    return Error{ErrorCode::kLimit, "it is nested more than " + std::to_string(kMaxJsonDepth) + " levels deep"};
  }
  return Error{ErrorCode::kProtocol, std::string("invalid JSON: ") + simdjson::error_message(parsed.error())};
}

}  // namespace mayfly
