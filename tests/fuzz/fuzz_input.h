// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the fuzz targets share: taking numbers off an input, and the two oracles that most of them ask.

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "base/utf8.h"

namespace mayfly::fuzz {

// Ends the run with a finding; libFuzzer saves the input.
#define FUZZ_CHECK(condition)                                                             \
  do {                                                                                    \
    if (!(condition)) {                                                                   \
      std::fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #condition); \
      std::abort();                                                                       \
    }                                                                                     \
  } while (false)

class Input {
 public:
  Input(const uint8_t* data, size_t size) : rest_(reinterpret_cast<const char*>(data), size) {}

  // The next number; zero bytes stand in for what is missing.
  template <typename T>
  T take() {
    T value{};
    size_t size = sizeof value < rest_.size() ? sizeof value : rest_.size();
    std::memcpy(&value, rest_.data(), size);
    rest_.remove_prefix(size);
    return value;
  }
  std::string_view takeText(size_t most) {
    std::string_view text = rest_.substr(0, most);
    rest_.remove_prefix(text.size());
    return text;
  }
  [[nodiscard]] std::string_view rest() const { return rest_; }
  [[nodiscard]] bool empty() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

// Nothing in `text` that a terminal would obey, but for line ends and tabs. `text` may hold broken UTF-8.
inline bool isHarmlessOnATerminal(std::string_view text) {
  for (size_t i = 0; i < text.size();) {
    auto byte = static_cast<unsigned char>(text[i]);
    if ((byte < 0x20 && byte != '\n' && byte != '\t') || byte == 0x7f) return false;
    size_t length = utf8SequenceLength(text.substr(i));
    // U+0080 to U+009F, the eight-bit control characters.
    if (length == 2 && byte == 0xC2 && static_cast<unsigned char>(text[i + 1]) < 0xA0) return false;
    i += length == 0 ? 1 : length;
  }
  return true;
}

}  // namespace mayfly::fuzz
