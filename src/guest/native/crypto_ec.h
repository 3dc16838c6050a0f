// SPDX-License-Identifier: Apache-2.0
#pragma once

// Keys on the NIST curves, for the file that reads them from DER.

#include <string>

#include "guest/native/crypto_library.h"

namespace mayfly::guest::crypto {

// Whether it is an EC key on this curve ("P-256") that was named, not spelled out by its parameters.
bool isOnNamedCurve(const EVP_PKEY* key, const std::string& curve);

// Makes OpenSSL write the point of `key` uncompressed.
void uncompressPoint(EVP_PKEY* key);

}  // namespace mayfly::guest::crypto
