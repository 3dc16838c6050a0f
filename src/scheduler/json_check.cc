// SPDX-License-Identifier: Apache-2.0
#include "scheduler/json_check.h"

#include <simdjson.h>

namespace mayfly {

Result<void> checkJson(std::string_view text) {
  static thread_local simdjson::dom::parser parser;
  if (parser.max_depth() != kMaxJsonDepth && parser.allocate(4096, kMaxJsonDepth) != simdjson::SUCCESS) {
    return Error{ErrorCode::kInternal, "no memory for a JSON parser"};
  }
  auto parsed = parser.parse(text.data(), text.size());
  if (parsed.error() == simdjson::SUCCESS) return {};
  if (parsed.error() == simdjson::DEPTH_ERROR) {
    return Error{ErrorCode::kLimit, "it is nested more than " + std::to_string(kMaxJsonDepth) + " levels deep"};
  }
  return Error{ErrorCode::kProtocol, std::string("invalid JSON: ") + simdjson::error_message(parsed.error())};
}

}  // namespace mayfly
