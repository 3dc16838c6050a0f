// SPDX-License-Identifier: Apache-2.0
// AES in the modes of WebCrypto: CBC, CTR, GCM, and key wrap (RFC 3394).

#include <algorithm>
#include <climits>
#include <cstring>

#include "guest/native/crypto.h"
#include "guest/native/crypto_arguments.h"

namespace mayfly::guest::crypto {
namespace {

constexpr size_t kBlock = 16;

enum class Direction : int { kDecrypt = 0, kEncrypt = 1 };

Direction directionOf(bool encrypts) { return encrypts ? Direction::kEncrypt : Direction::kDecrypt; }

CipherContext start(const char* mode, Direction direction, Bytes key, const uint8_t* iv) {
  const EVP_CIPHER* cipher = aesNamed(mode, key.size());
  CipherContext context(EVP_CIPHER_CTX_new());
  if (cipher == nullptr || context == nullptr) return nullptr;
  EVP_CIPHER_CTX_set_flags(context.get(), EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
  int encrypts = static_cast<int>(direction);
  if (EVP_CipherInit_ex(context.get(), cipher, nullptr, key.data(), iv, encrypts) != 1) return nullptr;
  return context;
}

// Everything at once. The number of bytes written, or -1.
int runWhole(EVP_CIPHER_CTX* context, Bytes data, uint8_t* out) {
  int written = 0;
  int last = 0;
  if (!data.empty() && EVP_CipherUpdate(context, out, &written, data.data(), static_cast<int>(data.size())) != 1) {
    return -1;
  }
  if (EVP_CipherFinal_ex(context, out + written, &last) != 1) return -1;
  return written + last;
}

void encryptCbc(const Info& info, Bytes key, Bytes iv, Bytes data) {
  Output output(info, (data.size() / kBlock + 1) * kBlock);
  if (!output.ok()) return;
  CipherContext context = start("CBC", Direction::kEncrypt, key, iv.data());
  if (context == nullptr || runWhole(context.get(), data, output.data()) < 0) return giveFailure(info);
  output.give();
}

void decryptCbc(const Info& info, Bytes key, Bytes iv, Bytes data) {
  if (data.empty() || data.size() % kBlock != 0) return giveFailure(info);
  // Only the last block tells how long the text is.
  Buffer text(data.size() + kBlock);
  CipherContext context = start("CBC", Direction::kDecrypt, key, iv.data());
  int size = context == nullptr ? -1 : runWhole(context.get(), data, text.data());
  if (size < 0) return giveFailure(info);
  give(info, Bytes(text).first(static_cast<size_t>(size)));
}

// (encrypts, key, iv, data)
void cbc(const Info& info) {
  Arguments arguments(info);
  bool encrypts = arguments.flag(0);
  Bytes key = arguments.bytes(1);
  Bytes iv = arguments.bytes(2);
  Bytes data = arguments.bytes(3);
  if (arguments.ok() && iv.size() != kBlock) arguments.fail("the initialization vector needs 16 bytes");
  if (!arguments.ok()) return;
  encrypts ? encryptCbc(info, key, iv, data) : decryptCbc(info, key, iv, data);
}

// A counter block whose last `bits` bits count and wrap; what stands before them is a nonce.
class Counter {
 public:
  Counter(Bytes block, uint32_t bits) : bits_(bits) { std::memcpy(block_, block.data(), kBlock); }

  [[nodiscard]] const uint8_t* block() const { return block_; }

  // Blocks before the counting part wraps to zero; a number too large to matter is given as `kEndless`.
  [[nodiscard]] uint64_t blocksToWrap() const {
    uint64_t left = 0;
    for (size_t i = 0; i < kBlock; ++i) {
      if (left >= kEndless >> 8U) return kEndless;
      left = left << 8U | (static_cast<uint8_t>(~block_[i]) & countingBits(i));
    }
    return left + 1;
  }
  [[nodiscard]] uint64_t period() const { return bits_ >= 56 ? kEndless : uint64_t{1} << bits_; }

  void wrap() {
    for (size_t i = 0; i < kBlock; ++i) block_[i] &= static_cast<uint8_t>(~countingBits(i));
  }

  static constexpr uint64_t kEndless = uint64_t{1} << 56U;

 private:
  // Which bits of byte `index` count.
  [[nodiscard]] uint8_t countingBits(size_t index) const {
    uint32_t below = static_cast<uint32_t>(kBlock - 1 - index) * 8;
    if (bits_ >= below + 8) return 0xFF;
    return bits_ <= below ? 0 : static_cast<uint8_t>((1U << (bits_ - below)) - 1);
  }

  uint8_t block_[kBlock] = {};
  uint32_t bits_;
};

// (key, counter, length in bits, data)
void ctr(const Info& info) {
  Arguments arguments(info);
  Bytes key = arguments.bytes(0);
  Bytes block = arguments.bytes(1);
  uint32_t bits = arguments.number(2);
  Bytes data = arguments.bytes(3);
  if (arguments.ok() && (block.size() != kBlock || bits < 1 || bits > 128)) arguments.fail("a bad counter");
  if (!arguments.ok()) return;
  Counter counter(block, bits);
  // A counter that came round would repeat the key stream.
  if ((data.size() + kBlock - 1) / kBlock > counter.period()) return giveFailure(info);
  Output output(info, data.size());
  if (!output.ok()) return;
  size_t first = static_cast<size_t>(std::min<uint64_t>(data.size(), counter.blocksToWrap() * kBlock));
  CipherContext context = start("CTR", Direction::kEncrypt, key, counter.block());
  if (context == nullptr || runWhole(context.get(), data.first(first), output.data()) < 0) return giveFailure(info);
  if (first < data.size()) {
    counter.wrap();
    context = start("CTR", Direction::kEncrypt, key, counter.block());
    if (context == nullptr || runWhole(context.get(), data.subspan(first), output.data() + first) < 0) {
      return giveFailure(info);
    }
  }
  output.give();
}

CipherContext startGcm(Direction direction, Bytes key, Bytes iv, Bytes extra) {
  CipherContext context = start("GCM", direction, key, nullptr);
  int unused = 0;
  if (context == nullptr || iv.empty() ||
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_IVLEN, static_cast<int>(iv.size()), nullptr) != 1 ||
      EVP_CipherInit_ex(context.get(), nullptr, nullptr, nullptr, iv.data(), static_cast<int>(direction)) != 1) {
    return nullptr;
  }
  if (!extra.empty() &&
      EVP_CipherUpdate(context.get(), nullptr, &unused, extra.data(), static_cast<int>(extra.size())) != 1) {
    return nullptr;
  }
  return context;
}

void encryptGcm(const Info& info, EVP_CIPHER_CTX* context, size_t tagBytes, Bytes data) {
  Output output(info, data.size() + tagBytes);
  if (!output.ok()) return;
  if (runWhole(context, data, output.data()) < 0 ||
      EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, static_cast<int>(tagBytes), output.data() + data.size()) !=
          1) {
    return giveFailure(info);
  }
  output.give();
}

void decryptGcm(const Info& info, EVP_CIPHER_CTX* context, size_t tagBytes, Bytes data) {
  if (data.size() < tagBytes) return giveFailure(info);
  Bytes text = data.first(data.size() - tagBytes);
  Output output(info, text.size());
  if (!output.ok()) return;
  uint8_t tag[kBlock];
  std::memcpy(tag, data.data() + text.size(), tagBytes);
  if (EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, static_cast<int>(tagBytes), tag) != 1 ||
      runWhole(context, text, output.data()) < 0) {
    return giveFailure(info);
  }
  output.give();
}

// (encrypts, key, iv, additional data, bytes of the tag, data)
void gcm(const Info& info) {
  Arguments arguments(info);
  Direction direction = directionOf(arguments.flag(0));
  Bytes key = arguments.bytes(1);
  Bytes iv = arguments.bytes(2);
  Bytes extra = arguments.bytes(3);
  uint32_t tagBytes = arguments.number(4);
  Bytes data = arguments.bytes(5);
  if (arguments.ok() && (tagBytes < 4 || tagBytes > kBlock)) arguments.fail("a bad tag length");
  if (!arguments.ok()) return;
  CipherContext context = startGcm(direction, key, iv, extra);
  if (context == nullptr) return giveFailure(info);
  direction == Direction::kEncrypt ? encryptGcm(info, context.get(), tagBytes, data)
                                   : decryptGcm(info, context.get(), tagBytes, data);
}

// (wraps, key, data)
void keyWrap(const Info& info) {
  Arguments arguments(info);
  bool wraps = arguments.flag(0);
  Bytes key = arguments.bytes(1);
  Bytes data = arguments.bytes(2);
  if (!arguments.ok()) return;
  constexpr size_t kHalf = kBlock / 2;
  if (data.size() % kHalf != 0 || data.size() < (wraps ? kBlock : kBlock + kHalf)) return giveFailure(info);
  CipherContext context = start("WRAP", directionOf(wraps), key, nullptr);
  Buffer out(data.size() + kBlock);
  int size = 0;
  if (context == nullptr ||
      EVP_CipherUpdate(context.get(), out.data(), &size, data.data(), static_cast<int>(data.size())) != 1 || size < 0) {
    return giveFailure(info);
  }
  give(info, Bytes(out).first(static_cast<size_t>(size)));
}

}  // namespace

void defineAes(v8::Local<v8::Context> context, v8::Local<v8::Object> natives) {
  defineNative(context, natives, "aesCbc", cbc);
  defineNative(context, natives, "aesCtr", ctr);
  defineNative(context, natives, "aesGcm", gcm);
  defineNative(context, natives, "aesKw", keyWrap);
}

}  // namespace mayfly::guest::crypto
