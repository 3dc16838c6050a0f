// SPDX-License-Identifier: Apache-2.0
#include "guest/native/crypto.h"

#include "guest/native/natives.h"

namespace mayfly::guest {

void addCryptoNatives(v8::Local<v8::Context> context, v8::Local<v8::Object> target) {
  crypto::defineAes(context, target);
  crypto::defineDerivation(context, target);
  crypto::defineDigests(context, target);
  crypto::defineEc(context, target);
  crypto::defineKeys(context, target);
  crypto::defineOkp(context, target);
  crypto::defineRandom(context, target);
  crypto::defineRsa(context, target);
}

}  // namespace mayfly::guest
