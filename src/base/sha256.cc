// SPDX-License-Identifier: Apache-2.0
#include "base/sha256.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "base/check.h"

namespace mayfly {
namespace {

EVP_MD_CTX* evp(void* context) { return static_cast<EVP_MD_CTX*>(context); }

}  // namespace

void Sha256::Free::operator()(void* context) const { EVP_MD_CTX_free(evp(context)); }

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
  MAYFLY_CHECK(context_ != nullptr);
  MAYFLY_CHECK(EVP_DigestInit_ex(evp(context_.get()), EVP_sha256(), nullptr) == 1);
}

Sha256& Sha256::update(std::string_view bytes) {
  MAYFLY_CHECK(EVP_DigestUpdate(evp(context_.get()), bytes.data(), bytes.size()) == 1);
  return *this;
}

Sha256Digest Sha256::finish() {
  Sha256Digest digest{};
  MAYFLY_CHECK(EVP_DigestFinal_ex(evp(context_.get()), digest.data(), nullptr) == 1);
  MAYFLY_CHECK(EVP_DigestInit_ex(evp(context_.get()), nullptr, nullptr) == 1);
  return digest;
}

Sha256Digest sha256(std::string_view bytes) { return Sha256().update(bytes).finish(); }

std::string hexOf(const Sha256Digest& digest) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  text.reserve(2 * digest.size());
  for (uint8_t byte : digest) {
    text += kDigits[byte >> 4U];
    text += kDigits[byte & 15U];
  }
  return text;
}

std::string sha256Hex(std::string_view bytes) { return hexOf(sha256(bytes)); }

bool sameDigest(const Sha256Digest& one, const Sha256Digest& other) {
  return CRYPTO_memcmp(one.data(), other.data(), one.size()) == 0;
}

}  // namespace mayfly
