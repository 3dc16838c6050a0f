// SPDX-License-Identifier: Apache-2.0
#include "guest/native/codec.h"

#include <zlib.h>

#include <algorithm>
#include <new>

#include "guest/native/brotli.h"

namespace mayfly::guest {
namespace {

// zlib counts in 32 bits.
constexpr size_t kMaxStep = size_t{1} << 30U;

// How zlib is told the wrapper around the compressed data: by an offset to the window's size.
int windowBits(std::string_view format) {
  if (format == "gzip") return MAX_WBITS + 16;
  if (format == "deflate") return MAX_WBITS;
  if (format == "deflate-raw") return -MAX_WBITS;
  return 0;
}

class ZlibCodec : public Codec {
 protected:
  // Runs `function` over what is there, and keeps the books.
  template <typename Function>
  State run(std::span<const uint8_t>& input, std::span<uint8_t>& output, Function function) {
    auto inputSize = static_cast<uInt>(std::min(input.size(), kMaxStep));
    auto outputSize = static_cast<uInt>(std::min(output.size(), kMaxStep));
    stream_.next_in = const_cast<Bytef*>(input.data());  // NOLINT: zlib's type; it does not write there
    stream_.avail_in = inputSize;
    stream_.next_out = output.data();
    stream_.avail_out = outputSize;
    int result = function(&stream_);
    input = input.subspan(inputSize - stream_.avail_in);
    output = output.subspan(outputSize - stream_.avail_out);
    if (result == Z_STREAM_END) return State::kEnded;
    if (result == Z_MEM_ERROR) return State::kNoMemory;
    if (result != Z_OK && result != Z_BUF_ERROR) return State::kCorrupt;
    return output.empty() || !input.empty() ? State::kHasMore : State::kHungry;
  }

  z_stream& stream() { return stream_; }

 private:
  z_stream stream_ = {};
};

class Deflate final : public ZlibCodec {
 public:
  ~Deflate() override { deflateEnd(&stream()); }
  bool open(int bits) {
    constexpr int kMemoryLevel = 8;
    return deflateInit2(&stream(), Z_DEFAULT_COMPRESSION, Z_DEFLATED, bits, kMemoryLevel, Z_DEFAULT_STRATEGY) == Z_OK;
  }
  State step(std::span<const uint8_t>& input, std::span<uint8_t>& output, bool last) override {
    return run(input, output, [last](z_stream* z) { return deflate(z, last ? Z_FINISH : Z_NO_FLUSH); });
  }
  [[nodiscard]] size_t weight() const override { return 270U << 10U; }
};

class Inflate final : public ZlibCodec {
 public:
  ~Inflate() override { inflateEnd(&stream()); }
  bool open(int bits) { return inflateInit2(&stream(), bits) == Z_OK; }
  State step(std::span<const uint8_t>& input, std::span<uint8_t>& output, bool /*last*/) override {
    return run(input, output, [](z_stream* z) { return inflate(z, Z_NO_FLUSH); });
  }
  [[nodiscard]] size_t weight() const override { return 48U << 10U; }
};

// What brotli's functions take: a count and a place for each side.
struct Cursor {
  Cursor(std::span<const uint8_t> input, std::span<uint8_t> output)
      : inputSize(input.size()), in(input.data()), outputSize(output.size()), out(output.data()) {}
  void apply(std::span<const uint8_t>& input, std::span<uint8_t>& output) const {
    input = input.last(inputSize);
    output = output.last(outputSize);
  }
  size_t inputSize;
  const uint8_t* in;
  size_t outputSize;
  uint8_t* out;
};

class BrotliCompressor final : public Codec {
 public:
  ~BrotliCompressor() override {
    if (state_ != nullptr) BrotliEncoderDestroyInstance(state_);
  }
  bool open() {
    // Quality 5 and a window of 256 KB: about gzip's speed and memory at brotli's better ratio. The library's own
    // defaults take twenty times as long.
    constexpr uint32_t kQuality = 5;
    constexpr uint32_t kWindowBits = 18;
    state_ = BrotliEncoderCreateInstance(nullptr, nullptr, nullptr);
    return state_ != nullptr && BrotliEncoderSetParameter(state_, BROTLI_PARAM_QUALITY, kQuality) != 0 &&
           BrotliEncoderSetParameter(state_, BROTLI_PARAM_LGWIN, kWindowBits) != 0;
  }
  State step(std::span<const uint8_t>& input, std::span<uint8_t>& output, bool last) override {
    Cursor cursor(input, output);
    int good = BrotliEncoderCompressStream(state_, last ? BROTLI_OPERATION_FINISH : BROTLI_OPERATION_PROCESS,
                                           &cursor.inputSize, &cursor.in, &cursor.outputSize, &cursor.out, nullptr);
    cursor.apply(input, output);
    if (good == 0) return State::kNoMemory;  // any input can be compressed
    if (BrotliEncoderIsFinished(state_) != 0) return State::kEnded;
    return !input.empty() || BrotliEncoderHasMoreOutput(state_) != 0 ? State::kHasMore : State::kHungry;
  }
  [[nodiscard]] size_t weight() const override { return 1U << 20U; }

 private:
  BrotliEncoderStateStruct* state_ = nullptr;
};

class BrotliDecompressor final : public Codec {
 public:
  ~BrotliDecompressor() override {
    if (state_ != nullptr) BrotliDecoderDestroyInstance(state_);
  }
  bool open() {
    state_ = BrotliDecoderCreateInstance(nullptr, nullptr, nullptr);
    return state_ != nullptr;
  }
  State step(std::span<const uint8_t>& input, std::span<uint8_t>& output, bool /*last*/) override {
    Cursor cursor(input, output);
    BrotliDecoderResult result =
        BrotliDecoderDecompressStream(state_, &cursor.inputSize, &cursor.in, &cursor.outputSize, &cursor.out, nullptr);
    cursor.apply(input, output);
    switch (result) {
      case BROTLI_DECODER_RESULT_SUCCESS:
        return State::kEnded;
      case BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT:
        return State::kHungry;
      case BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT:
        return State::kHasMore;
      case BROTLI_DECODER_RESULT_ERROR:
        break;
    }
    // BROTLI_DECODER_ERROR_ALLOC_...: -21 to -30.
    int code = BrotliDecoderGetErrorCode(state_);
    return code <= -21 && code >= -30 ? State::kNoMemory : State::kCorrupt;
  }
  // Its window is as large as the data says, up to 16 MB; most are far smaller.
  [[nodiscard]] size_t weight() const override { return 256U << 10U; }

 private:
  BrotliDecoderStateStruct* state_ = nullptr;
};

template <typename Type, typename... Values>
std::unique_ptr<Codec> opened(Values... values) {
  std::unique_ptr<Type> codec(new (std::nothrow) Type());
  if (!codec || !codec->open(values...)) return nullptr;
  return codec;
}

}  // namespace

std::unique_ptr<Codec> makeCompressor(std::string_view format) {
  if (format == "brotli") return opened<BrotliCompressor>();
  int bits = windowBits(format);
  return bits == 0 ? nullptr : opened<Deflate>(bits);
}

std::unique_ptr<Codec> makeDecompressor(std::string_view format) {
  if (format == "brotli") return opened<BrotliDecompressor>();
  int bits = windowBits(format);
  return bits == 0 ? nullptr : opened<Inflate>(bits);
}

}  // namespace mayfly::guest
