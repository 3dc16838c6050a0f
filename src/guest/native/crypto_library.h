// SPDX-License-Identifier: Apache-2.0
#pragma once

// OpenSSL 3.5 as the V8 provider exports it, for the natives of WebCrypto. Its providers are loaded and its algorithms
// fetched once in the zygote, so that a guest finds them ready.
//
// SAFETY: OpenSSL's own random generators would be copied by fork(), and two guests would draw the same keys. They are
// never made: a provider of ours answers every request for random bytes with getrandom(2).

#include <openssl/bn.h>
#include <openssl/evp.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace mayfly::guest::crypto {

template <auto kFree>
struct FreeWith {
  template <class T>
  void operator()(T* object) const {
    kFree(object);
  }
};

using Number = std::unique_ptr<BIGNUM, FreeWith<BN_clear_free>>;
using Key = std::unique_ptr<EVP_PKEY, FreeWith<EVP_PKEY_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, FreeWith<EVP_PKEY_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, FreeWith<EVP_MD_CTX_free>>;
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, FreeWith<EVP_CIPHER_CTX_free>>;

using Bytes = std::span<const uint8_t>;
using Buffer = std::vector<uint8_t>;

// Once, in the zygote, before it is sealed and before anything else here.
void startLibrary();

// Uses each kind of algorithm once: what OpenSSL makes on first use is then made for all guests.
void warmLibrary();

// By WebCrypto's name ("SHA-256"); nullptr for a name that is not ours.
const EVP_MD* digestNamed(std::string_view name);

// "CBC", "CTR", "GCM", "WRAP" with a key of 16, 24 or 32 bytes; nullptr for anything else.
const EVP_CIPHER* aesNamed(std::string_view mode, size_t keyBytes);

Number numberOf(Bytes bigEndian);
// Left-padded with zeros to `size`; empty when the number is longer.
Buffer bytesOf(const BIGNUM* number, size_t size);
// A component of a key by OpenSSL's name; null when the key has none.
Number componentOf(const EVP_PKEY* key, const char* name);

}  // namespace mayfly::guest::crypto
