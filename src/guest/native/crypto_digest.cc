// SPDX-License-Identifier: Apache-2.0
// Digests, at once or piece by piece, and HMAC.

#include <openssl/crypto.h>
#include <openssl/hmac.h>

#include "guest/native/crypto.h"
#include "guest/native/crypto_arguments.h"
#include "guest/native/crypto_handle.h"

namespace mayfly::guest::crypto {
namespace {

EVP_MD_CTX* digestArgument(Arguments& arguments, const Info& info) {
  EVP_MD_CTX* digest = heldDigest(info[0]);
  if (digest == nullptr) arguments.fail("an unfinished digest is needed");
  return digest;
}

// (name, data)
void digest(const Info& info) {
  Arguments arguments(info);
  const EVP_MD* digest = arguments.digest(0);
  Bytes data = arguments.bytes(1);
  if (!arguments.ok()) return;
  uint8_t sum[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  if (EVP_Digest(data.data(), data.size(), sum, &size, digest, nullptr) != 1) return giveFailure(info);
  give(info, {sum, size});
}

// (name)
void digestStart(const Info& info) {
  Arguments arguments(info);
  const EVP_MD* digest = arguments.digest(0);
  if (!arguments.ok()) return;
  DigestContext context(EVP_MD_CTX_new());
  v8::Local<v8::Object> holder;
  if (context == nullptr || EVP_DigestInit_ex(context.get(), digest, nullptr) != 1) return giveFailure(info);
  if (holdDigest(info.GetIsolate(), std::move(context)).ToLocal(&holder)) info.GetReturnValue().Set(holder);
}

// (digest, data)
void digestUpdate(const Info& info) {
  Arguments arguments(info);
  EVP_MD_CTX* context = digestArgument(arguments, info);
  Bytes data = arguments.bytes(1);
  if (!arguments.ok()) return;
  if (EVP_DigestUpdate(context, data.data(), data.size()) != 1) return giveFailure(info);
  info.GetReturnValue().Set(true);
}

// (digest); it can be read once
void digestFinish(const Info& info) {
  Arguments arguments(info);
  EVP_MD_CTX* context = digestArgument(arguments, info);
  if (!arguments.ok()) return;
  uint8_t sum[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  if (EVP_DigestFinal_ex(context, sum, &size) != 1) return giveFailure(info);
  give(info, {sum, size});
}

// (digest name, key, data)
void hmac(const Info& info) {
  Arguments arguments(info);
  const EVP_MD* digest = arguments.digest(0);
  Bytes key = arguments.bytes(1);
  Bytes data = arguments.bytes(2);
  if (!arguments.ok()) return;
  uint8_t sum[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  if (HMAC(digest, key.data(), static_cast<int>(key.size()), data.data(), data.size(), sum, &size) == nullptr) {
    return giveFailure(info);
  }
  give(info, {sum, size});
}

// (a, b) of the same length
void timingSafeEqual(const Info& info) {
  Arguments arguments(info);
  Bytes a = arguments.bytes(0);
  Bytes b = arguments.bytes(1);
  if (!arguments.ok()) return;
  info.GetReturnValue().Set(a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0);
}

}  // namespace

void defineDigests(v8::Local<v8::Context> context, v8::Local<v8::Object> natives) {
  defineNative(context, natives, "digest", digest);
  defineNative(context, natives, "digestStart", digestStart);
  defineNative(context, natives, "digestUpdate", digestUpdate);
  defineNative(context, natives, "digestFinish", digestFinish);
  defineNative(context, natives, "hmac", hmac);
  defineNative(context, natives, "timingSafeEqual", timingSafeEqual);
}

}  // namespace mayfly::guest::crypto
