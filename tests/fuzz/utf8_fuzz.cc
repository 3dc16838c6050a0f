// SPDX-License-Identifier: Apache-2.0
// utf8SequenceLength against a decoder that is written differently (assemble, then judge the code point), and JSON
// strings of anything: valid JSON, valid UTF-8, no control character.

#include <simdjson.h>

#include <string>

#include "base/json_text.h"
#include "base/utf8.h"
#include "fuzz_input.h"

namespace {

size_t referenceLength(std::string_view text) {
  auto at = [&](size_t i) { return static_cast<uint32_t>(static_cast<unsigned char>(text[i])); };
  if (text.empty()) return 0;
  if (at(0) < 0x80) return 1;
  size_t length = (at(0) & 0xE0) == 0xC0 ? 2 : (at(0) & 0xF0) == 0xE0 ? 3 : (at(0) & 0xF8) == 0xF0 ? 4 : 0;
  if (length == 0 || text.size() < length) return 0;
  uint32_t point = at(0) & (0x7FU >> length);
  for (size_t i = 1; i < length; ++i) {
    if ((at(i) & 0xC0) != 0x80) return 0;
    point = point << 6 | (at(i) & 0x3F);
  }
  constexpr uint32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  bool surrogate = point >= 0xD800 && point <= 0xDFFF;
  return point < kLeast[length] || surrogate || point > 0x10FFFF ? 0 : length;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string text(reinterpret_cast<const char*>(data), size);
  bool whole = true;
  for (size_t i = 0; i < text.size();) {
    std::string_view rest = std::string_view(text).substr(i);
    size_t length = mayfly::utf8SequenceLength(rest);
    FUZZ_CHECK(length == referenceLength(rest));
    whole = whole && length > 0;
    i += length == 0 ? 1 : length;
  }
  FUZZ_CHECK(mayfly::isUtf8(text) == whole);

  std::string json = mayfly::jsonString(text);
  FUZZ_CHECK(mayfly::isUtf8(json));
  for (char c : json) FUZZ_CHECK(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
  static simdjson::dom::parser parser;
  std::string_view back;
  FUZZ_CHECK(parser.parse(json).get(back) == simdjson::SUCCESS);
  if (whole) FUZZ_CHECK(back == text);
  return 0;
}
