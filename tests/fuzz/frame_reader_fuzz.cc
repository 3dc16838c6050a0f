// SPDX-License-Identifier: Apache-2.0
// The stream of a guest, cut into reads at places of the fuzzer's choice, must give the same frames and the same error
// as the stream in one piece. Input: u16 limit, u8 seed of the cuts, then the stream.

#include <algorithm>
#include <span>
#include <string>
#include <vector>

#include "fuzz_input.h"
#include "wire/frame.h"

namespace {

using mayfly::wire::FrameReader;

struct Seen {
  std::vector<std::string> frames;  // header and payload
  bool broken = false;

  bool operator==(const Seen&) const = default;
};

void drain(FrameReader& reader, size_t limit, Seen& seen) {
  while (!seen.broken) {
    auto frame = reader.next();
    if (!frame.ok()) {
      FUZZ_CHECK(frame.error().code == mayfly::ErrorCode::kProtocol);
      seen.broken = true;
      return;
    }
    if (!frame->has_value()) return;
    FUZZ_CHECK((*frame)->payload.size() == (*frame)->header.length);
    FUZZ_CHECK((*frame)->payload.size() <= limit);
    std::string whole(mayfly::wire::kFrameHeaderSize, '\0');
    mayfly::wire::encodeFrameHeader((*frame)->header, whole.data());
    seen.frames.push_back(whole.append((*frame)->payload));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  mayfly::fuzz::Input input(data, size);
  size_t limit = input.take<uint16_t>();
  uint32_t cut = input.take<uint8_t>() + 1U;
  std::string_view stream = input.rest();

  FrameReader whole(limit);
  Seen expected;
  if (!stream.empty()) whole.append(stream);
  drain(whole, limit, expected);

  FrameReader pieces(limit);
  Seen seen;
  for (std::string_view rest = stream; !rest.empty() && !seen.broken;) {
    cut = cut * 1664525 + 1013904223;
    std::span<char> room = pieces.room();
    FUZZ_CHECK(!room.empty());
    size_t count = std::min({rest.size(), room.size(), size_t{1} + (cut >> 24)});
    std::memcpy(room.data(), rest.data(), count);
    rest.remove_prefix(count);
    pieces.commit(count);
    drain(pieces, limit, seen);
    FUZZ_CHECK(pieces.buffered() <= stream.size());
  }
  FUZZ_CHECK(seen == expected);

  // What came out is, byte for byte, the beginning of what went in.
  std::string joined;
  for (const std::string& frame : expected.frames) joined += frame;
  FUZZ_CHECK(stream.starts_with(joined));
  return 0;
}
