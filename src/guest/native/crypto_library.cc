// SPDX-License-Identifier: Apache-2.0
#include "guest/native/crypto_library.h"

#include <openssl/core_dispatch.h>
#include <openssl/crypto.h>
#include <openssl/provider.h>
#include <openssl/rand.h>

#include <array>
#include <string>

#include "base/check.h"
#include "guest/randomness.h"

namespace mayfly::guest::crypto {
namespace {

struct DigestEntry {
  std::string_view name;
  const char* fetched;
  EVP_MD* digest = nullptr;
};

struct CipherEntry {
  std::string_view mode;
  size_t keyBytes;
  const char* fetched;
  EVP_CIPHER* cipher = nullptr;
};

// Filled in by startLibrary() and never changed again.
std::array<DigestEntry, 8> digests = {{{"SHA-1", "SHA1"},
                                       {"SHA-256", "SHA2-256"},
                                       {"SHA-384", "SHA2-384"},
                                       {"SHA-512", "SHA2-512"},
                                       {"SHA3-256", "SHA3-256"},
                                       {"SHA3-384", "SHA3-384"},
                                       {"SHA3-512", "SHA3-512"},
                                       {"MD5", "MD5"}}};
std::array<CipherEntry, 12> ciphers = {{{"CBC", 16, "AES-128-CBC"},
                                        {"CBC", 24, "AES-192-CBC"},
                                        {"CBC", 32, "AES-256-CBC"},
                                        {"CTR", 16, "AES-128-CTR"},
                                        {"CTR", 24, "AES-192-CTR"},
                                        {"CTR", 32, "AES-256-CTR"},
                                        {"GCM", 16, "AES-128-GCM"},
                                        {"GCM", 24, "AES-192-GCM"},
                                        {"GCM", 32, "AES-256-GCM"},
                                        {"WRAP", 16, "AES-128-WRAP"},
                                        {"WRAP", 24, "AES-192-WRAP"},
                                        {"WRAP", 32, "AES-256-WRAP"}}};

int kernelBytes(void* context, int which, void* bytes, size_t size, unsigned int strength) {
  (void)context;
  (void)which;
  (void)strength;
  fillRandom(bytes, size);
  return 1;
}

int startRandomProvider(const OSSL_CORE_HANDLE* handle, const OSSL_DISPATCH* in, const OSSL_DISPATCH** out,
                        void** context) {
  (void)in;
  static const OSSL_DISPATCH kFunctions[] = {
      {OSSL_FUNC_PROVIDER_RANDOM_BYTES, reinterpret_cast<void (*)()>(kernelBytes)}, {0, nullptr}};
  *out = kFunctions;
  // OpenSSL wants a context that is not null, and hands it back to kernelBytes alone.
  *context = const_cast<void*>(static_cast<const void*>(handle));
  return 1;
}

void useKernelRandomness() {
  MAYFLY_CHECK(OSSL_PROVIDER_add_builtin(nullptr, "kernel-random", startRandomProvider) == 1);
  OSSL_PROVIDER* provider = OSSL_PROVIDER_load(nullptr, "kernel-random");
  MAYFLY_CHECK(provider != nullptr);
  MAYFLY_CHECK(RAND_set1_random_provider(nullptr, provider) == 1);
}

}  // namespace

void startLibrary() {
  MAYFLY_CHECK(OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_ATEXIT, nullptr) == 1);
  useKernelRandomness();
  // Naming a provider switches off the loading of the default one on demand.
  MAYFLY_CHECK(OSSL_PROVIDER_load(nullptr, "default") != nullptr);
  for (DigestEntry& entry : digests) {
    entry.digest = EVP_MD_fetch(nullptr, entry.fetched, nullptr);
    MAYFLY_CHECK(entry.digest != nullptr);
  }
  for (CipherEntry& entry : ciphers) {
    entry.cipher = EVP_CIPHER_fetch(nullptr, entry.fetched, nullptr);
    MAYFLY_CHECK(entry.cipher != nullptr);
  }
}

const EVP_MD* digestNamed(std::string_view name) {
  for (const DigestEntry& entry : digests) {
    if (entry.name == name) return entry.digest;
  }
  return nullptr;
}

const EVP_CIPHER* aesNamed(std::string_view mode, size_t keyBytes) {
  for (const CipherEntry& entry : ciphers) {
    if (entry.mode == mode && entry.keyBytes == keyBytes) return entry.cipher;
  }
  return nullptr;
}

Number numberOf(Bytes bigEndian) {
  return Number(BN_bin2bn(bigEndian.data(), static_cast<int>(bigEndian.size()), nullptr));
}

Buffer bytesOf(const BIGNUM* number, size_t size) {
  Buffer bytes(size);
  if (BN_bn2binpad(number, bytes.data(), static_cast<int>(size)) < 0) bytes.clear();
  return bytes;
}

Number componentOf(const EVP_PKEY* key, const char* name) {
  BIGNUM* number = nullptr;
  if (EVP_PKEY_get_bn_param(key, name, &number) != 1) return nullptr;
  return Number(number);
}

}  // namespace mayfly::guest::crypto
