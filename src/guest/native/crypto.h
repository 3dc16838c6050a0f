// SPDX-License-Identifier: Apache-2.0
#pragma once

// The natives of WebCrypto (require("native:crypto")): each takes converted arguments and works synchronously. An
// operation that fails gives null, and the JavaScript side turns it into the DOMException that the standard names.
// These functions each add those of one file.

#include "guest/v8_api.h"

namespace mayfly::guest::crypto {

void defineAes(v8::Local<v8::Context> context, v8::Local<v8::Object> natives);
void defineDerivation(v8::Local<v8::Context> context, v8::Local<v8::Object> natives);
void defineDigests(v8::Local<v8::Context> context, v8::Local<v8::Object> natives);
void defineEc(v8::Local<v8::Context> context, v8::Local<v8::Object> natives);
void defineKeys(v8::Local<v8::Context> context, v8::Local<v8::Object> natives);
void defineOkp(v8::Local<v8::Context> context, v8::Local<v8::Object> natives);
void defineRandom(v8::Local<v8::Context> context, v8::Local<v8::Object> natives);
void defineRsa(v8::Local<v8::Context> context, v8::Local<v8::Object> natives);

}  // namespace mayfly::guest::crypto
