// SPDX-License-Identifier: Apache-2.0
#pragma once

// One direction of one compression format, fed and drained in pieces, with the libraries that the V8 provider exports.
// Knows nothing of V8. Its memory is the library's, some hundred kilobytes, and bounded whatever the input says.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

namespace mayfly::guest {

class Codec {
 public:
  enum class State : uint8_t {
    kHungry,   // all input is used and nothing more comes without more of it
    kHasMore,  // call again
    kEnded,    // the compressed data is complete; input that is left does not belong to it
    kCorrupt,  // the input is not of this format
    kNoMemory,
  };

  Codec() = default;
  Codec(const Codec&) = delete;
  Codec& operator=(const Codec&) = delete;
  virtual ~Codec() = default;

  // Uses up the front of `input` and fills the front of `output`; both shrink by that much. `last`: no input follows.
  virtual State step(std::span<const uint8_t>& input, std::span<uint8_t>& output, bool last) = 0;

  // About how much memory it holds, so that the collector knows what an unused stream is worth.
  [[nodiscard]] virtual size_t weight() const = 0;
};

// `format` is "gzip", "deflate" (the zlib format), "deflate-raw" or "brotli". nullptr for others and out of memory.
std::unique_ptr<Codec> makeCompressor(std::string_view format);
std::unique_ptr<Codec> makeDecompressor(std::string_view format);

}  // namespace mayfly::guest
