// SPDX-License-Identifier: Apache-2.0
// ECDSA and ECDH on P-256, P-384 and P-521.

#include "guest/native/crypto_ec.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/param_build.h>

#include <algorithm>
#include <cstring>

#include "guest/native/crypto.h"
#include "guest/native/crypto_arguments.h"

namespace mayfly::guest::crypto {
namespace {

using ParameterBuilder = std::unique_ptr<OSSL_PARAM_BLD, FreeWith<OSSL_PARAM_BLD_free>>;
using Parameters = std::unique_ptr<OSSL_PARAM, FreeWith<OSSL_PARAM_free>>;
using Signature = std::unique_ptr<ECDSA_SIG, FreeWith<ECDSA_SIG_free>>;

struct Curve {
  const char* name;
  const char* openSslName;
  size_t fieldBytes;
};
constexpr Curve kCurves[] = {{"P-256", "prime256v1", 32}, {"P-384", "secp384r1", 48}, {"P-521", "secp521r1", 66}};

const Curve* curveNamed(std::string_view name) {
  for (const Curve& curve : kCurves) {
    if (name == curve.name) return &curve;
  }
  return nullptr;
}

const Curve* curveOf(const EVP_PKEY* key) {
  char name[32] = {};
  if (EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, name, sizeof name, nullptr) != 1) return nullptr;
  for (const Curve& curve : kCurves) {
    if (std::strcmp(name, curve.openSslName) == 0 || std::strcmp(name, curve.name) == 0) return &curve;
  }
  return nullptr;
}

const Curve* curveArgument(Arguments& arguments, int index) {
  const Curve* curve = curveNamed(arguments.name(index));
  if (curve == nullptr) arguments.fail("no such curve");
  return curve;
}

// (curve)
void generate(const Info& info) {
  Arguments arguments(info);
  const Curve* curve = curveArgument(arguments, 0);
  if (!arguments.ok()) return;
  giveKey(info, Key(EVP_EC_gen(curve->openSslName)));
}

// `secret` may be null: then it is a public key. OpenSSL checks that the point is on the curve.
Key makeKey(const Curve& curve, Bytes point, const BIGNUM* secret) {
  ParameterBuilder builder(OSSL_PARAM_BLD_new());
  KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
  if (builder == nullptr || context == nullptr) return nullptr;
  if (OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, curve.openSslName, 0) != 1 ||
      OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()) != 1) {
    return nullptr;
  }
  if (secret != nullptr &&
      OSSL_PARAM_BLD_push_BN_pad(builder.get(), OSSL_PKEY_PARAM_PRIV_KEY, secret, curve.fieldBytes) != 1) {
    return nullptr;
  }
  Parameters parameters(OSSL_PARAM_BLD_to_param(builder.get()));
  EVP_PKEY* key = nullptr;
  int selection = secret == nullptr ? EVP_PKEY_PUBLIC_KEY : EVP_PKEY_KEYPAIR;
  if (parameters == nullptr || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, selection, parameters.get()) != 1) {
    return nullptr;
  }
  uncompressPoint(key);
  return Key(key);
}

bool isConsistent(EVP_PKEY* key) {
  KeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr));
  return context != nullptr && EVP_PKEY_private_check(context.get()) == 1 &&
         EVP_PKEY_pairwise_check(context.get()) == 1;
}

// (curve, point, secret or undefined)
void import(const Info& info) {
  Arguments arguments(info);
  const Curve* curve = curveArgument(arguments, 0);
  Bytes point = arguments.bytes(1);
  bool isPublic = info[2]->IsUndefined();
  Bytes secret = isPublic ? Bytes() : arguments.bytes(2);
  if (!arguments.ok()) return;
  // The point at infinity is one byte, and no key.
  if (point.size() <= curve->fieldBytes || secret.size() > curve->fieldBytes) return giveFailure(info);
  Number number = isPublic ? nullptr : numberOf(secret);
  Key key = makeKey(*curve, point, number.get());
  if (key == nullptr || (!isPublic && !isConsistent(key.get()))) return giveFailure(info);
  giveKey(info, std::move(key));
}

bool appendComponent(Buffer& bytes, const EVP_PKEY* key, const char* name, size_t size) {
  Number number = componentOf(key, name);
  Buffer component = number == nullptr ? Buffer() : bytesOf(number.get(), size);
  bytes.insert(bytes.end(), component.begin(), component.end());
  return !component.empty();
}

// (key): the point, uncompressed
void exportPoint(const Info& info) {
  Arguments arguments(info);
  EVP_PKEY* key = arguments.key(0);
  if (!arguments.ok()) return;
  const Curve* curve = curveOf(key);
  Buffer point = {0x04};
  if (curve == nullptr || !appendComponent(point, key, OSSL_PKEY_PARAM_EC_PUB_X, curve->fieldBytes) ||
      !appendComponent(point, key, OSSL_PKEY_PARAM_EC_PUB_Y, curve->fieldBytes)) {
    return giveFailure(info);
  }
  give(info, point);
}

// (key): the secret number, padded to the size of the field
void exportSecret(const Info& info) {
  Arguments arguments(info);
  EVP_PKEY* key = arguments.key(0);
  if (!arguments.ok()) return;
  const Curve* curve = curveOf(key);
  Buffer secret;
  if (curve == nullptr || !appendComponent(secret, key, OSSL_PKEY_PARAM_PRIV_KEY, curve->fieldBytes)) {
    return giveFailure(info);
  }
  give(info, secret);
}

// WebCrypto's signature is r and s, each padded to the size of the field; OpenSSL's is DER.
Buffer fromDer(Bytes der, size_t fieldBytes) {
  const uint8_t* at = der.data();
  Signature signature(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())));
  if (signature == nullptr) return {};
  Buffer both = bytesOf(ECDSA_SIG_get0_r(signature.get()), fieldBytes);
  Buffer s = bytesOf(ECDSA_SIG_get0_s(signature.get()), fieldBytes);
  both.insert(both.end(), s.begin(), s.end());
  return both;
}

Buffer toDer(Bytes both) {
  Signature signature(ECDSA_SIG_new());
  Number r = numberOf(both.first(both.size() / 2));
  Number s = numberOf(both.subspan(both.size() / 2));
  if (signature == nullptr || r == nullptr || s == nullptr) return {};
  ECDSA_SIG_set0(signature.get(), r.release(), s.release());
  Buffer der(static_cast<size_t>(std::max(0, i2d_ECDSA_SIG(signature.get(), nullptr))));
  uint8_t* at = der.data();
  i2d_ECDSA_SIG(signature.get(), &at);
  return der;
}

// (digest name, key, data)
void sign(const Info& info) {
  Arguments arguments(info);
  const EVP_MD* digest = arguments.digest(0);
  EVP_PKEY* key = arguments.key(1);
  Bytes data = arguments.bytes(2);
  if (!arguments.ok()) return;
  const Curve* curve = curveOf(key);
  DigestContext context(EVP_MD_CTX_new());
  Buffer der(static_cast<size_t>(EVP_PKEY_get_size(key)));
  size_t size = der.size();
  if (curve == nullptr || context == nullptr || EVP_DigestSignInit(context.get(), nullptr, digest, nullptr, key) != 1 ||
      EVP_DigestSign(context.get(), der.data(), &size, data.data(), data.size()) != 1) {
    return giveFailure(info);
  }
  give(info, fromDer(Bytes(der).first(size), curve->fieldBytes));
}

// (digest name, key, signature, data)
void verify(const Info& info) {
  Arguments arguments(info);
  const EVP_MD* digest = arguments.digest(0);
  EVP_PKEY* key = arguments.key(1);
  Bytes signature = arguments.bytes(2);
  Bytes data = arguments.bytes(3);
  if (!arguments.ok()) return;
  const Curve* curve = curveOf(key);
  if (curve == nullptr || signature.size() != 2 * curve->fieldBytes) return info.GetReturnValue().Set(false);
  Buffer der = toDer(signature);
  DigestContext context(EVP_MD_CTX_new());
  if (context == nullptr || EVP_DigestVerifyInit(context.get(), nullptr, digest, nullptr, key) != 1) {
    return giveFailure(info);
  }
  bool good = EVP_DigestVerify(context.get(), der.data(), der.size(), data.data(), data.size()) == 1;
  giveVerdict(info, good);
}

}  // namespace

bool isOnNamedCurve(const EVP_PKEY* key, const std::string& curve) {
  if (EVP_PKEY_is_a(key, "EC") != 1) return false;
  int spelledOut = 0;
  EVP_PKEY_get_int_param(key, OSSL_PKEY_PARAM_EC_DECODED_FROM_EXPLICIT_PARAMS, &spelledOut);
  const Curve* found = curveOf(key);
  return spelledOut == 0 && found != nullptr && curve == found->name;
}

void uncompressPoint(EVP_PKEY* key) {
  EVP_PKEY_set_utf8_string_param(key, OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT, "uncompressed");
}

void defineEc(v8::Local<v8::Context> context, v8::Local<v8::Object> natives) {
  defineNative(context, natives, "ecGenerate", generate);
  defineNative(context, natives, "ecImport", import);
  defineNative(context, natives, "ecExportPoint", exportPoint);
  defineNative(context, natives, "ecExportSecret", exportSecret);
  defineNative(context, natives, "ecdsaSign", sign);
  defineNative(context, natives, "ecdsaVerify", verify);
}

}  // namespace mayfly::guest::crypto
