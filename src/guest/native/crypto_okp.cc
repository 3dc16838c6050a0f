// SPDX-License-Identifier: Apache-2.0
// Ed25519 and X25519 (RFC 8032, RFC 7748), and the agreement on a secret of both kinds of curves.

#include <algorithm>
#include <array>

#include "guest/native/crypto.h"
#include "guest/native/crypto_arguments.h"

namespace mayfly::guest::crypto {
namespace {

constexpr size_t kKeyBytes = 32;
constexpr size_t kSignatureBytes = 64;
using Point = std::array<uint8_t, kKeyBytes>;

// The encodings of Ed25519's points of order 1, 2, 4 and 8, canonical or not, without their sign bit. The standard
// wants no signature verified that such a point is part of: it would hold for many messages at once.
constexpr Point repeated(uint8_t first, uint8_t middle, uint8_t last) {
  Point point{};
  point.fill(middle);
  point.front() = first;
  point.back() = last;
  return point;
}
constexpr Point kSmallOrder[] = {
    repeated(0x00, 0x00, 0x00),
    repeated(0x01, 0x00, 0x00),
    repeated(0xEC, 0xFF, 0x7F),
    repeated(0xED, 0xFF, 0x7F),
    repeated(0xEE, 0xFF, 0x7F),
    {0x26, 0xE8, 0x95, 0x8F, 0xC2, 0xB2, 0x27, 0xB0, 0x45, 0xC3, 0xF4, 0x89, 0xF2, 0xEF, 0x98, 0xF0,
     0xD5, 0xDF, 0xAC, 0x05, 0xD3, 0xC6, 0x33, 0x39, 0xB1, 0x38, 0x02, 0x88, 0x6D, 0x53, 0xFC, 0x05},
    {0xC7, 0x17, 0x6A, 0x70, 0x3D, 0x4D, 0xD8, 0x4F, 0xBA, 0x3C, 0x0B, 0x76, 0x0D, 0x10, 0x67, 0x0F,
     0x2A, 0x20, 0x53, 0xFA, 0x2C, 0x39, 0xCC, 0xC6, 0x4E, 0xC7, 0xFD, 0x77, 0x92, 0xAC, 0x03, 0x7A}};

bool isOfSmallOrder(Bytes encoded) {
  Point point;
  std::copy_n(encoded.begin(), kKeyBytes, point.begin());
  point.back() &= 0x7F;
  return std::ranges::find(kSmallOrder, point) != std::ranges::end(kSmallOrder);
}

std::string typeArgument(Arguments& arguments, int index) {
  std::string type = arguments.name(index);
  if (type != "Ed25519" && type != "X25519") arguments.fail("no such curve");
  return type;
}

// (type)
void generate(const Info& info) {
  Arguments arguments(info);
  std::string type = typeArgument(arguments, 0);
  if (!arguments.ok()) return;
  giveKey(info, Key(EVP_PKEY_Q_keygen(nullptr, nullptr, type.c_str())));
}

// (type, whether it is the secret, bytes)
void import(const Info& info) {
  Arguments arguments(info);
  std::string type = typeArgument(arguments, 0);
  bool isSecret = arguments.flag(1);
  Bytes bytes = arguments.bytes(2);
  if (!arguments.ok()) return;
  auto* make = isSecret ? EVP_PKEY_new_raw_private_key_ex : EVP_PKEY_new_raw_public_key_ex;
  giveKey(info, Key(make(nullptr, type.c_str(), nullptr, bytes.data(), bytes.size())));
}

// (key, whether the secret is wanted)
void exportRaw(const Info& info) {
  Arguments arguments(info);
  EVP_PKEY* key = arguments.key(0);
  bool isSecret = arguments.flag(1);
  if (!arguments.ok()) return;
  uint8_t bytes[kKeyBytes];
  size_t size = sizeof bytes;
  auto* get = isSecret ? EVP_PKEY_get_raw_private_key : EVP_PKEY_get_raw_public_key;
  if (get(key, bytes, &size) != 1) return giveFailure(info);
  give(info, {bytes, size});
}

// (key, data)
void sign(const Info& info) {
  Arguments arguments(info);
  EVP_PKEY* key = arguments.key(0);
  Bytes data = arguments.bytes(1);
  if (!arguments.ok()) return;
  uint8_t signature[kSignatureBytes];
  size_t size = sizeof signature;
  DigestContext context(EVP_MD_CTX_new());
  if (context == nullptr || EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key) != 1 ||
      EVP_DigestSign(context.get(), signature, &size, data.data(), data.size()) != 1) {
    return giveFailure(info);
  }
  give(info, {signature, size});
}

// (key, signature, data)
void verify(const Info& info) {
  Arguments arguments(info);
  EVP_PKEY* key = arguments.key(0);
  Bytes signature = arguments.bytes(1);
  Bytes data = arguments.bytes(2);
  if (!arguments.ok()) return;
  uint8_t point[kKeyBytes];
  size_t size = sizeof point;
  DigestContext context(EVP_MD_CTX_new());
  if (EVP_PKEY_get_raw_public_key(key, point, &size) != 1 || context == nullptr ||
      EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key) != 1) {
    return giveFailure(info);
  }
  bool good = signature.size() == kSignatureBytes && !isOfSmallOrder(point) && !isOfSmallOrder(signature) &&
              EVP_DigestVerify(context.get(), signature.data(), signature.size(), data.data(), data.size()) == 1;
  giveVerdict(info, good);
}

// (own key, other's public key): ECDH or X25519, by the keys' type
void agree(const Info& info) {
  Arguments arguments(info);
  EVP_PKEY* own = arguments.key(0);
  EVP_PKEY* other = arguments.key(1);
  if (!arguments.ok()) return;
  KeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, own, nullptr));
  size_t size = 0;
  // The other's point was checked when its key was made.
  if (context == nullptr || EVP_PKEY_derive_init(context.get()) != 1 ||
      EVP_PKEY_derive_set_peer_ex(context.get(), other, 0) != 1 ||
      EVP_PKEY_derive(context.get(), nullptr, &size) != 1) {
    return giveFailure(info);
  }
  Buffer secret(size);
  if (EVP_PKEY_derive(context.get(), secret.data(), &size) != 1) return giveFailure(info);
  give(info, Bytes(secret).first(size));
}

}  // namespace

void defineOkp(v8::Local<v8::Context> context, v8::Local<v8::Object> natives) {
  defineNative(context, natives, "okpGenerate", generate);
  defineNative(context, natives, "okpImport", import);
  defineNative(context, natives, "okpExport", exportRaw);
  defineNative(context, natives, "ed25519Sign", sign);
  defineNative(context, natives, "ed25519Verify", verify);
  defineNative(context, natives, "agree", agree);
}

}  // namespace mayfly::guest::crypto
