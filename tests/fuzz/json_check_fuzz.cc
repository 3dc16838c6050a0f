// SPDX-License-Identifier: Apache-2.0
// checkJson stands between a guest's JSON and our documents: what it accepts must be one value that cannot get out of
// the place where it is put, and nest no deeper than promised.

#include <simdjson.h>

#include <algorithm>
#include <string>

#include "fuzz_input.h"
#include "scheduler/json_check.h"

namespace {

size_t depthOf(std::string_view json) {
  size_t depth = 0;
  size_t deepest = 0;
  bool inText = false;
  for (size_t i = 0; i < json.size(); ++i) {
    if (inText) {
      if (json[i] == '\\')
        ++i;
      else if (json[i] == '"')
        inText = false;
    } else if (json[i] == '"') {
      inText = true;
    } else if (json[i] == '[' || json[i] == '{') {
      deepest = std::max(deepest, ++depth);
    } else if (json[i] == ']' || json[i] == '}') {
      FUZZ_CHECK(depth > 0);
      --depth;
    }
  }
  FUZZ_CHECK(depth == 0 && !inText);
  return deepest;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  // A copy of exactly this size, so that a read past its end is seen.
  std::string text(reinterpret_cast<const char*>(data), size);
  auto checked = mayfly::checkJson(text);
  // Against simdjson, which stops at integers of 64 bits.
  static simdjson::dom::parser referee;
  simdjson::error_code verdict = referee.parse(text).error();
  if (verdict == simdjson::SUCCESS) FUZZ_CHECK(checked.ok() || depthOf(text) > mayfly::kMaxJsonDepth - 1);
  if (checked.ok()) FUZZ_CHECK(verdict == simdjson::SUCCESS || verdict == simdjson::NUMBER_ERROR);
  if (!checked.ok()) {
    FUZZ_CHECK(checked.error().code == mayfly::ErrorCode::kProtocol ||
               checked.error().code == mayfly::ErrorCode::kLimit);
    FUZZ_CHECK(!checked.error().message.empty());
    return 0;
  }
  FUZZ_CHECK(mayfly::isUtf8(text));
  FUZZ_CHECK(depthOf(text) <= mayfly::kMaxJsonDepth);
  for (char c : text) FUZZ_CHECK(static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\r' || c == '\t');
  // What JSON allows between tokens, around the value.
  FUZZ_CHECK(mayfly::checkJson(" " + text + "\n").ok());
  FUZZ_CHECK(!mayfly::checkJson(text + ",").ok());
  FUZZ_CHECK(mayfly::checkJson("[" + text + "]").ok() || depthOf(text) + 1 >= mayfly::kMaxJsonDepth);
  // Put into an object, it stays the one value of its member.
  std::string document = "{\"before\":1,\"value\":" + text + ",\"after\":2}";
  static simdjson::dom::parser parser;
  simdjson::dom::object object;
  if (parser.parse(document).get(object) != simdjson::SUCCESS) return 0;  // numbers that simdjson has no type for
  FUZZ_CHECK(object.size() == 3);
  FUZZ_CHECK(object["after"].get_int64().value_unsafe() == 2);
  return 0;
}
