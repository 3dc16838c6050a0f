// SPDX-License-Identifier: Apache-2.0
#pragma once

// Keys and unfinished digests that JavaScript holds: an object without properties that owns one OpenSSL object, and
// frees it when it is collected. Their number is bounded, because V8 does not see how large they are.

#include "guest/native/crypto_library.h"
#include "guest/v8_api.h"

namespace mayfly::guest::crypto {

// Empty with a RangeError pending when there are too many already.
v8::MaybeLocal<v8::Object> holdKey(v8::Isolate* isolate, Key key);
v8::MaybeLocal<v8::Object> holdDigest(v8::Isolate* isolate, DigestContext digest);

// nullptr for anything that was not made by holdKey or holdDigest respectively.
EVP_PKEY* heldKey(v8::Local<v8::Value> value);
EVP_MD_CTX* heldDigest(v8::Local<v8::Value> value);

}  // namespace mayfly::guest::crypto
