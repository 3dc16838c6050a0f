// SPDX-License-Identifier: Apache-2.0
#include "base/utf8.h"

#include <cstdint>

namespace mayfly {
namespace {

bool isContinuation(unsigned char byte) { return (byte & 0xC0U) == 0x80; }

// The second byte is restricted after E0, ED, F0 and F4; elsewhere any continuation byte will do.
bool secondByteFits(unsigned char lead, unsigned char second) {
  switch (lead) {
    case 0xE0:
      return second >= 0xA0 && second <= 0xBF;
    case 0xED:
      return second >= 0x80 && second <= 0x9F;
    case 0xF0:
      return second >= 0x90 && second <= 0xBF;
    case 0xF4:
      return second >= 0x80 && second <= 0x8F;
    default:
      return isContinuation(second);
  }
}

size_t lengthByLead(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return 2;
  if (lead >= 0xE0 && lead <= 0xEF) return 3;
  if (lead >= 0xF0 && lead <= 0xF4) return 4;
  return 0;
}

}  // namespace

size_t utf8SequenceLength(std::string_view text) {
  if (text.empty()) return 0;
  auto lead = static_cast<unsigned char>(text[0]);
  size_t length = lengthByLead(lead);
  if (length <= 1) return length;
  if (text.size() < length) return 0;
  if (!secondByteFits(lead, static_cast<unsigned char>(text[1]))) return 0;
  for (size_t i = 2; i < length; ++i) {
    if (!isContinuation(static_cast<unsigned char>(text[i]))) return 0;
  }
  return length;
}

bool isUtf8(std::string_view text) {
  while (!text.empty()) {
    size_t length = utf8SequenceLength(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string_view utf8Prefix(std::string_view text, size_t cap) {
  if (text.size() <= cap) return text;
  while (cap > 0 && isContinuation(static_cast<unsigned char>(text[cap]))) --cap;
  return text.substr(0, cap);
}

}  // namespace mayfly
