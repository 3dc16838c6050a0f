// SPDX-License-Identifier: Apache-2.0
// Keys as DER: SubjectPublicKeyInfo ("spki") and PrivateKeyInfo ("pkcs8"), read and written. A key is taken only when
// it is of the type that the caller names, and when nothing follows it.

#include <openssl/crypto.h>
#include <openssl/x509.h>

#include "guest/native/crypto.h"
#include "guest/native/crypto_arguments.h"
#include "guest/native/crypto_ec.h"

namespace mayfly::guest::crypto {
namespace {

using PrivateKeyInfo = std::unique_ptr<PKCS8_PRIV_KEY_INFO, FreeWith<PKCS8_PRIV_KEY_INFO_free>>;

// WebCrypto's name of a key type: "RSA", a curve, "Ed25519" or "X25519".
bool isOfType(const EVP_PKEY* key, const std::string& type) {
  if (type.starts_with("P-")) return isOnNamedCurve(key, type);
  return EVP_PKEY_is_a(key, type.c_str()) == 1;
}

// OpenSSL's decoder accepts more than PKCS#8 under this name, so the outer structure is read first.
Key readPrivate(Bytes der) {
  const uint8_t* at = der.data();
  PrivateKeyInfo info(d2i_PKCS8_PRIV_KEY_INFO(nullptr, &at, static_cast<long>(der.size())));
  if (info == nullptr || at != der.data() + der.size()) return nullptr;
  return Key(EVP_PKCS82PKEY(info.get()));
}

Key readPublic(Bytes der) {
  const uint8_t* at = der.data();
  Key key(d2i_PUBKEY(nullptr, &at, static_cast<long>(der.size())));
  return at == der.data() + der.size() ? std::move(key) : nullptr;
}

void import(const Info& info, Key (*read)(Bytes)) {
  Arguments arguments(info);
  std::string type = arguments.name(0);
  Bytes der = arguments.bytes(1);
  if (!arguments.ok()) return;
  Key key = read(der);
  if (key == nullptr || !isOfType(key.get(), type)) return giveFailure(info);
  // Points are exported uncompressed, however they came.
  if (type.starts_with("P-")) uncompressPoint(key.get());
  giveKey(info, std::move(key));
}

// (type, DER)
void importSpki(const Info& info) { import(info, readPublic); }
void importPkcs8(const Info& info) { import(info, readPrivate); }

// Takes over what an i2d function made, and wipes it.
void giveDer(const Info& info, uint8_t* der, int size) {
  if (size <= 0) return giveFailure(info);
  give(info, {der, static_cast<size_t>(size)});
  OPENSSL_clear_free(der, static_cast<size_t>(size));
}

// (key)
void exportSpki(const Info& info) {
  Arguments arguments(info);
  EVP_PKEY* key = arguments.key(0);
  if (!arguments.ok()) return;
  uint8_t* der = nullptr;
  int size = i2d_PUBKEY(key, &der);
  giveDer(info, der, size);
}

// (key)
void exportPkcs8(const Info& info) {
  Arguments arguments(info);
  EVP_PKEY* key = arguments.key(0);
  if (!arguments.ok()) return;
  PrivateKeyInfo structure(EVP_PKEY2PKCS8(key));
  if (structure == nullptr) return giveFailure(info);
  uint8_t* der = nullptr;
  int size = i2d_PKCS8_PRIV_KEY_INFO(structure.get(), &der);
  giveDer(info, der, size);
}

}  // namespace

void defineKeys(v8::Local<v8::Context> context, v8::Local<v8::Object> natives) {
  defineNative(context, natives, "importSpki", importSpki);
  defineNative(context, natives, "importPkcs8", importPkcs8);
  defineNative(context, natives, "exportSpki", exportSpki);
  defineNative(context, natives, "exportPkcs8", exportPkcs8);
}

}  // namespace mayfly::guest::crypto
