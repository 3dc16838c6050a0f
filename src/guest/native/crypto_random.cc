// SPDX-License-Identifier: Apache-2.0
// Random bytes and UUIDs, straight from the kernel.

#include "guest/native/crypto.h"
#include "guest/native/crypto_arguments.h"
#include "guest/randomness.h"

namespace mayfly::guest::crypto {
namespace {

// (view): fills it; crypto.getRandomValues has checked its type and length
void fill(const Info& info) {
  if (!info[0]->IsArrayBufferView()) return throwTypeError(info.GetIsolate(), "a view is needed");
  auto view = info[0].As<v8::ArrayBufferView>();
  size_t size = view->ByteLength();
  if (size > 0) fillRandom(static_cast<uint8_t*>(view->Buffer()->Data()) + view->ByteOffset(), size);
}

// RFC 9562, version 4.
void uuid(const Info& info) {
  constexpr char kDigits[] = "0123456789abcdef";
  uint8_t bytes[16];
  fillRandom(bytes, sizeof bytes);
  bytes[6] = (bytes[6] & 0x0FU) | 0x40U;
  bytes[8] = (bytes[8] & 0x3FU) | 0x80U;
  std::string text;
  for (size_t i = 0; i < sizeof bytes; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += kDigits[bytes[i] >> 4U];
    text += kDigits[bytes[i] & 0x0FU];
  }
  info.GetReturnValue().Set(v8Text(info.GetIsolate(), text));
}

}  // namespace

void defineRandom(v8::Local<v8::Context> context, v8::Local<v8::Object> natives) {
  defineNative(context, natives, "fillRandom", fill);
  defineNative(context, natives, "randomUuid", uuid);
}

}  // namespace mayfly::guest::crypto
