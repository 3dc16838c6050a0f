// SPDX-License-Identifier: Apache-2.0
// A code frame of any source at any place is small, has a mark under a line that exists, and is harmless on a terminal.
// Input: u32 line, u32 column, then the source.

#include "fuzz_input.h"
#include "scheduler/code_frame.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  mayfly::fuzz::Input input(data, size);
  auto line = input.take<uint32_t>();
  auto column = input.take<uint32_t>();
  if ((line & 0x80000000U) == 0) line %= 64;  // mostly a line that is there
  if ((column & 0x80000000U) == 0) column %= 512;
  std::string_view source = input.rest();
  std::string frame = mayfly::codeFrame(source, line, column);
  if (frame.empty()) {
    FUZZ_CHECK(line != 1);  // every source has a first line
    return 0;
  }
  FUZZ_CHECK(frame.ends_with('\n'));
  if (mayfly::isUtf8(source)) FUZZ_CHECK(mayfly::isUtf8(frame));
  size_t lines = 0;
  size_t here = 0;
  for (size_t begin = 0; begin < frame.size(); ++lines) {
    size_t end = frame.find('\n', begin);
    std::string_view text = std::string_view(frame).substr(begin, end - begin);
    FUZZ_CHECK(text.size() <= 160 * 4 + 40);
    FUZZ_CHECK(text.find(" | ") != std::string_view::npos);
    if (text.starts_with("> ")) ++here;
    begin = end + 1;
  }
  FUZZ_CHECK(lines <= 8);
  FUZZ_CHECK(here == 1);
  FUZZ_CHECK(mayfly::fuzz::isHarmlessOnATerminal(frame));
  return 0;
}
