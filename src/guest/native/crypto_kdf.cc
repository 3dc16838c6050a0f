// SPDX-License-Identifier: Apache-2.0
// Key derivation from secrets: HKDF (RFC 5869) and PBKDF2 (RFC 8018).

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <climits>
#include <cstring>

#include "guest/native/crypto.h"
#include "guest/native/crypto_arguments.h"

namespace mayfly::guest::crypto {
namespace {

// The result's size, or 0 when OpenSSL failed.
unsigned int hmacInto(uint8_t* sum, const EVP_MD* digest, Bytes key, Bytes data) {
  unsigned int size = 0;
  return HMAC(digest, key.data(), static_cast<int>(key.size()), data.data(), data.size(), sum, &size) == nullptr ? 0
                                                                                                                 : size;
}

// T(n) = HMAC(PRK, T(n-1) | info | n), RFC 5869, 2.3.
bool expand(uint8_t* out, size_t size, const EVP_MD* digest, Bytes key, Bytes purpose) {
  Buffer message;
  uint8_t block[EVP_MAX_MD_SIZE];
  size_t blockSize = 0;
  for (uint8_t n = 1; size > 0; ++n) {
    message.assign(block, block + blockSize);
    message.insert(message.end(), purpose.begin(), purpose.end());
    message.push_back(n);
    blockSize = hmacInto(block, digest, key, message);
    if (blockSize == 0) return false;
    size_t count = std::min(size, blockSize);
    std::memcpy(out, block, count);
    out += count;
    size -= count;
  }
  return true;
}

// (digest name, secret, salt, info, bytes wanted)
void hkdf(const Info& info) {
  Arguments arguments(info);
  const EVP_MD* digest = arguments.digest(0);
  Bytes secret = arguments.bytes(1);
  Bytes salt = arguments.bytes(2);
  Bytes purpose = arguments.bytes(3);
  uint32_t size = arguments.number(4);
  if (!arguments.ok()) return;
  if (size > 255U * static_cast<uint32_t>(EVP_MD_get_size(digest))) return giveFailure(info);
  Output output(info, size);
  if (!output.ok()) return;
  uint8_t key[EVP_MAX_MD_SIZE];
  // An empty salt and one of zeros are the same key to HMAC, as the RFC wants it.
  unsigned int keySize = hmacInto(key, digest, salt, secret);
  if (keySize == 0 || !expand(output.data(), size, digest, {key, keySize}, purpose)) return giveFailure(info);
  output.give();
}

// (digest name, password, salt, iterations, bytes wanted)
void pbkdf2(const Info& info) {
  Arguments arguments(info);
  const EVP_MD* digest = arguments.digest(0);
  Bytes password = arguments.bytes(1);
  Bytes salt = arguments.bytes(2);
  uint32_t iterations = arguments.number(3);
  uint32_t size = arguments.number(4);
  if (!arguments.ok()) return;
  if (iterations == 0 || iterations > INT_MAX || size > INT_MAX) return giveFailure(info);
  Output output(info, size);
  if (!output.ok()) return;
  if (size > 0 && PKCS5_PBKDF2_HMAC(reinterpret_cast<const char*>(password.data()), static_cast<int>(password.size()),
                                    salt.data(), static_cast<int>(salt.size()), static_cast<int>(iterations), digest,
                                    static_cast<int>(size), output.data()) != 1) {
    return giveFailure(info);
  }
  output.give();
}

}  // namespace

void defineDerivation(v8::Local<v8::Context> context, v8::Local<v8::Object> natives) {
  defineNative(context, natives, "hkdf", hkdf);
  defineNative(context, natives, "pbkdf2", pbkdf2);
}

}  // namespace mayfly::guest::crypto
