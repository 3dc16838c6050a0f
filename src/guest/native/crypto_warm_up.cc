// SPDX-License-Identifier: Apache-2.0
// What OpenSSL looks up and builds on first use, done once in the zygote.

#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/hmac.h>
#include <openssl/x509.h>

#include "base/check.h"
#include "guest/native/crypto_library.h"

namespace mayfly::guest::crypto {
namespace {

void signOnce(EVP_PKEY* key, const EVP_MD* digest) {
  constexpr uint8_t kData[] = {1, 2, 3};
  uint8_t signature[256];
  size_t size = sizeof signature;
  DigestContext signing(EVP_MD_CTX_new());
  MAYFLY_CHECK(EVP_DigestSignInit(signing.get(), nullptr, digest, nullptr, key) == 1);
  MAYFLY_CHECK(EVP_DigestSign(signing.get(), signature, &size, kData, sizeof kData) == 1);
  DigestContext verifying(EVP_MD_CTX_new());
  MAYFLY_CHECK(EVP_DigestVerifyInit(verifying.get(), nullptr, digest, nullptr, key) == 1);
  MAYFLY_CHECK(EVP_DigestVerify(verifying.get(), signature, size, kData, sizeof kData) == 1);
}

void agreeOnce(EVP_PKEY* key) {
  uint8_t secret[64];
  size_t size = sizeof secret;
  KeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr));
  MAYFLY_CHECK(EVP_PKEY_derive_init(context.get()) == 1);
  MAYFLY_CHECK(EVP_PKEY_derive_set_peer_ex(context.get(), key, 0) == 1);
  MAYFLY_CHECK(EVP_PKEY_derive(context.get(), secret, &size) == 1);
}

// Out to DER and back: encoders and decoders of all kinds of keys are found on the way.
void codeOnce(EVP_PKEY* key) {
  uint8_t* der = nullptr;
  int size = i2d_PUBKEY(key, &der);
  MAYFLY_CHECK(size > 0);
  const uint8_t* at = der;
  MAYFLY_CHECK(Key(d2i_PUBKEY(nullptr, &at, size)) != nullptr);
  OPENSSL_free(der);
  std::unique_ptr<PKCS8_PRIV_KEY_INFO, FreeWith<PKCS8_PRIV_KEY_INFO_free>> info(EVP_PKEY2PKCS8(key));
  MAYFLY_CHECK(info != nullptr && Key(EVP_PKCS82PKEY(info.get())) != nullptr);
}

// Making an RSA key takes too long here; finding its implementations is most of what its first use costs.
void findRsa() {
  const auto found = [](auto* implementation, auto release) {
    MAYFLY_CHECK(implementation != nullptr);
    release(implementation);
  };
  found(EVP_KEYMGMT_fetch(nullptr, "RSA", nullptr), EVP_KEYMGMT_free);
  found(EVP_SIGNATURE_fetch(nullptr, "RSA", nullptr), EVP_SIGNATURE_free);
  found(EVP_ASYM_CIPHER_fetch(nullptr, "RSA", nullptr), EVP_ASYM_CIPHER_free);
}

}  // namespace

void warmLibrary() {
  const EVP_MD* digest = digestNamed("SHA-256");
  uint8_t sum[EVP_MAX_MD_SIZE];
  MAYFLY_CHECK(HMAC(digest, "key", 3, sum, 8, sum, nullptr) != nullptr);
  MAYFLY_CHECK(PKCS5_PBKDF2_HMAC("password", 8, sum, 8, 1, digest, 16, sum) == 1);
  Key nist(EVP_EC_gen("P-256"));
  Key edwards(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  Key montgomery(EVP_PKEY_Q_keygen(nullptr, nullptr, "X25519"));
  MAYFLY_CHECK(nist != nullptr && edwards != nullptr && montgomery != nullptr);
  signOnce(nist.get(), digest);
  signOnce(edwards.get(), nullptr);
  agreeOnce(nist.get());
  agreeOnce(montgomery.get());
  codeOnce(nist.get());
  findRsa();
  ERR_clear_error();
}

}  // namespace mayfly::guest::crypto
