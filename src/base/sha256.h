// SPDX-License-Identifier: Apache-2.0
#pragma once

// SHA-256 (FIPS 180-4), by OpenSSL. For the daemon's side only: sealed processes are built without OpenSSL.

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace mayfly {

using Sha256Digest = std::array<uint8_t, 32>;

// A hash that is fed piece by piece: Sha256().update(a).update(b).finish().
class Sha256 {
 public:
  Sha256();
  Sha256& update(std::string_view bytes);
  // The digest of everything so far. Starts over: the object may be used for another hash.
  Sha256Digest finish();

 private:
  struct Free {
    void operator()(void* context) const;
  };
  std::unique_ptr<void, Free> context_;  // EVP_MD_CTX
};

Sha256Digest sha256(std::string_view bytes);
// In 64 lower-case hexadecimal digits.
std::string hexOf(const Sha256Digest& digest);
std::string sha256Hex(std::string_view bytes);

// In a time that does not depend on where they differ.
bool sameDigest(const Sha256Digest& one, const Sha256Digest& other);

}  // namespace mayfly
