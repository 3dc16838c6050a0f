// SPDX-License-Identifier: Apache-2.0
// RSA: PKCS #1 v1.5 and PSS signatures, OAEP encryption, and keys as lists of numbers (for JSON Web Keys).

#include <openssl/core_names.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

#include <algorithm>
#include <array>

#include "guest/native/crypto.h"
#include "guest/native/crypto_arguments.h"

namespace mayfly::guest::crypto {
namespace {

using ParameterBuilder = std::unique_ptr<OSSL_PARAM_BLD, FreeWith<OSSL_PARAM_BLD_free>>;
using Parameters = std::unique_ptr<OSSL_PARAM, FreeWith<OSSL_PARAM_free>>;

constexpr uint32_t kMaxModulusBits = 16384;
constexpr uint32_t kPublicNumbers = 2;

// In the order of RFC 7518, 6.3: n, e, then d, p, q, dp, dq, qi.
constexpr std::array<const char*, 8> kNumbers = {OSSL_PKEY_PARAM_RSA_N,         OSSL_PKEY_PARAM_RSA_E,
                                                 OSSL_PKEY_PARAM_RSA_D,         OSSL_PKEY_PARAM_RSA_FACTOR1,
                                                 OSSL_PKEY_PARAM_RSA_FACTOR2,   OSSL_PKEY_PARAM_RSA_EXPONENT1,
                                                 OSSL_PKEY_PARAM_RSA_EXPONENT2, OSSL_PKEY_PARAM_RSA_COEFFICIENT1};

// (modulus bits, public exponent)
void generate(const Info& info) {
  Arguments arguments(info);
  uint32_t bits = arguments.number(0);
  Bytes exponentBytes = arguments.bytes(1);
  if (!arguments.ok()) return;
  if (bits > kMaxModulusBits) return giveFailure(info);
  Number exponent = numberOf(exponentBytes);
  // OpenSSL would search for ever with an exponent that is longer than the modulus.
  if (exponent == nullptr || BN_num_bits(exponent.get()) > 64) return giveFailure(info);
  KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr));
  EVP_PKEY* key = nullptr;
  if (context == nullptr || EVP_PKEY_keygen_init(context.get()) != 1 ||
      EVP_PKEY_CTX_set_rsa_keygen_bits(context.get(), static_cast<int>(bits)) != 1 ||
      EVP_PKEY_CTX_set1_rsa_keygen_pubexp(context.get(), exponent.get()) != 1 ||
      EVP_PKEY_keygen(context.get(), &key) != 1) {
    return giveFailure(info);
  }
  giveKey(info, Key(key));
}

bool isProduct(const BIGNUM* n, const BIGNUM* p, const BIGNUM* q) {
  std::unique_ptr<BN_CTX, FreeWith<BN_CTX_free>> scratch(BN_CTX_new());
  Number product(BN_new());
  return scratch != nullptr && product != nullptr && BN_mul(product.get(), p, q, scratch.get()) == 1 &&
         BN_cmp(product.get(), n) == 0;
}

Key makeKey(const std::vector<Number>& numbers) {
  ParameterBuilder builder(OSSL_PARAM_BLD_new());
  KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr));
  if (builder == nullptr || context == nullptr) return nullptr;
  for (size_t i = 0; i < numbers.size(); ++i) {
    if (OSSL_PARAM_BLD_push_BN(builder.get(), kNumbers[i], numbers[i].get()) != 1) return nullptr;
  }
  Parameters parameters(OSSL_PARAM_BLD_to_param(builder.get()));
  EVP_PKEY* key = nullptr;
  int selection = numbers.size() > kPublicNumbers ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY;
  if (parameters == nullptr || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, selection, parameters.get()) != 1) {
    return nullptr;
  }
  return Key(key);
}

// (n, e) or (n, e, d, p, q, dp, dq, qi)
void import(const Info& info) {
  Arguments arguments(info);
  std::vector<Number> numbers;
  size_t count = info.Length() > static_cast<int>(kPublicNumbers) ? kNumbers.size() : kPublicNumbers;
  for (size_t i = 0; i < count; ++i) {
    Bytes bytes = arguments.bytes(static_cast<int>(i));
    if (arguments.ok() && bytes.size() > kMaxModulusBits / 8) return giveFailure(info);
    numbers.push_back(numberOf(bytes));
  }
  if (!arguments.ok()) return;
  for (const Number& number : numbers) {
    if (number == nullptr || BN_is_zero(number.get())) return giveFailure(info);
  }
  if (count > kPublicNumbers && !isProduct(numbers[0].get(), numbers[3].get(), numbers[4].get())) {
    return giveFailure(info);
  }
  giveKey(info, makeKey(numbers));
}

// (key, whether the secret numbers are wanted): an array of buffers without leading zeros
void exportNumbers(const Info& info) {
  Arguments arguments(info);
  EVP_PKEY* key = arguments.key(0);
  size_t count = arguments.flag(1) ? kNumbers.size() : kPublicNumbers;
  if (!arguments.ok()) return;
  v8::Isolate* isolate = info.GetIsolate();
  v8::Local<v8::Context> context = isolate->GetCurrentContext();
  v8::Local<v8::Array> list = v8::Array::New(isolate, static_cast<int>(count));
  for (size_t i = 0; i < count; ++i) {
    Number number = componentOf(key, kNumbers[i]);
    if (number == nullptr) return giveFailure(info);
    Buffer bytes = bytesOf(number.get(), static_cast<size_t>(BN_num_bytes(number.get())));
    Output output(info, bytes.size());
    if (!output.ok()) return;
    std::copy(bytes.begin(), bytes.end(), output.data());
    list->CreateDataProperty(context, static_cast<uint32_t>(i), output.buffer()).Check();
  }
  info.GetReturnValue().Set(list);
}

// PSS with a salt of `saltBytes`, or PKCS #1 v1.5.
bool choosePadding(EVP_PKEY_CTX* context, const std::string& scheme, uint32_t saltBytes) {
  if (scheme != "PSS") return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1;
  return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
         EVP_PKEY_CTX_set_rsa_pss_saltlen(context, static_cast<int>(std::min(saltBytes, kMaxModulusBits))) == 1;
}

// (scheme, digest name, salt length, key, data)
void sign(const Info& info) {
  Arguments arguments(info);
  std::string scheme = arguments.name(0);
  const EVP_MD* digest = arguments.digest(1);
  uint32_t saltBytes = arguments.number(2);
  EVP_PKEY* key = arguments.key(3);
  Bytes data = arguments.bytes(4);
  if (!arguments.ok()) return;
  Buffer signature(static_cast<size_t>(EVP_PKEY_get_size(key)));
  size_t size = signature.size();
  DigestContext context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* settings = nullptr;  // the digest context's own
  if (context == nullptr || EVP_DigestSignInit(context.get(), &settings, digest, nullptr, key) != 1 ||
      !choosePadding(settings, scheme, saltBytes) ||
      EVP_DigestSign(context.get(), signature.data(), &size, data.data(), data.size()) != 1) {
    return giveFailure(info);
  }
  give(info, Bytes(signature).first(size));
}

// (scheme, digest name, salt length, key, signature, data)
void verify(const Info& info) {
  Arguments arguments(info);
  std::string scheme = arguments.name(0);
  const EVP_MD* digest = arguments.digest(1);
  uint32_t saltBytes = arguments.number(2);
  EVP_PKEY* key = arguments.key(3);
  Bytes signature = arguments.bytes(4);
  Bytes data = arguments.bytes(5);
  if (!arguments.ok()) return;
  DigestContext context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* settings = nullptr;
  if (context == nullptr || EVP_DigestVerifyInit(context.get(), &settings, digest, nullptr, key) != 1 ||
      !choosePadding(settings, scheme, saltBytes)) {
    return giveFailure(info);
  }
  giveVerdict(info, EVP_DigestVerify(context.get(), signature.data(), signature.size(), data.data(), data.size()) == 1);
}

bool chooseOaep(EVP_PKEY_CTX* context, const std::string& digest, Bytes label) {
  auto* labelData = const_cast<uint8_t*>(label.data());
  auto* digestText = const_cast<char*>(EVP_MD_get0_name(digestNamed(digest)));
  char padding[] = OSSL_PKEY_RSA_PAD_MODE_OAEP;
  OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_ASYM_CIPHER_PARAM_PAD_MODE, padding, 0),
      OSSL_PARAM_construct_utf8_string(OSSL_ASYM_CIPHER_PARAM_OAEP_DIGEST, digestText, 0),
      OSSL_PARAM_construct_utf8_string(OSSL_ASYM_CIPHER_PARAM_MGF1_DIGEST, digestText, 0),
      OSSL_PARAM_construct_octet_string(OSSL_ASYM_CIPHER_PARAM_OAEP_LABEL, labelData, label.size()),
      OSSL_PARAM_construct_end()};
  return EVP_PKEY_CTX_set_params(context, parameters) == 1;
}

// (encrypts, digest name, label, key, data)
void oaep(const Info& info) {
  Arguments arguments(info);
  bool encrypts = arguments.flag(0);
  std::string digest = arguments.name(1);
  Bytes label = arguments.bytes(2);
  EVP_PKEY* key = arguments.key(3);
  Bytes data = arguments.bytes(4);
  if (arguments.ok() && digestNamed(digest) == nullptr) arguments.fail("no such digest");
  if (!arguments.ok()) return;
  KeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr));
  auto* start = encrypts ? EVP_PKEY_encrypt_init : EVP_PKEY_decrypt_init;
  auto* run = encrypts ? EVP_PKEY_encrypt : EVP_PKEY_decrypt;
  Buffer result(static_cast<size_t>(EVP_PKEY_get_size(key)));
  size_t size = result.size();
  if (context == nullptr || start(context.get()) != 1 || !chooseOaep(context.get(), digest, label) ||
      run(context.get(), result.data(), &size, data.data(), data.size()) != 1) {
    return giveFailure(info);
  }
  give(info, Bytes(result).first(size));
}

}  // namespace

void defineRsa(v8::Local<v8::Context> context, v8::Local<v8::Object> natives) {
  defineNative(context, natives, "rsaGenerate", generate);
  defineNative(context, natives, "rsaImport", import);
  defineNative(context, natives, "rsaExport", exportNumbers);
  defineNative(context, natives, "rsaSign", sign);
  defineNative(context, natives, "rsaVerify", verify);
  defineNative(context, natives, "rsaOaep", oaep);
}

}  // namespace mayfly::guest::crypto
