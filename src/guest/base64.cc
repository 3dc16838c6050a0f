// SPDX-License-Identifier: Apache-2.0
#include "guest/base64.h"

#include <string>
#include <vector>

#include "guest/dom_exception.h"
#include "guest/native/simdutf.h"

namespace mayfly::guest {
namespace {

using Info = v8::FunctionCallbackInfo<v8::Value>;

// The one argument as a DOMString. False with an exception pending.
bool readText(const Info& info, const char* name, v8::Local<v8::String>& text) {
  if (info.Length() == 0) {
    throwTypeError(info.GetIsolate(), std::string(name) + ": 1 argument required, but only 0 present");
    return false;
  }
  return info[0]->ToString(info.GetIsolate()->GetCurrentContext()).ToLocal(&text);
}

void refuse(v8::Isolate* isolate, std::string_view message) {
  throwDomException(isolate->GetCurrentContext(), "InvalidCharacterError", v8Text(isolate, message));
}

void answer(const Info& info, const char* bytes, size_t size) {
  v8::Local<v8::String> text;
  if (v8::String::NewFromOneByte(info.GetIsolate(), reinterpret_cast<const uint8_t*>(bytes), v8::NewStringType::kNormal,
                                 static_cast<int>(size))
          .ToLocal(&text)) {
    info.GetReturnValue().Set(text);
  }
}

void atob(const Info& info) {
  v8::Isolate* isolate = info.GetIsolate();
  v8::Local<v8::String> text;
  if (!readText(info, "atob", text)) return;
  std::vector<char16_t> units(static_cast<size_t>(text->Length()));
  text->WriteV2(isolate, 0, static_cast<uint32_t>(units.size()), reinterpret_cast<uint16_t*>(units.data()));
  std::vector<char> bytes(simdutf::maximal_binary_length_from_base64(units.data(), units.size()));
  simdutf::result decoded =
      simdutf::base64_to_binary(units.data(), units.size(), bytes.data(), simdutf::base64_default, simdutf::loose);
  if (decoded.error != simdutf::SUCCESS) return refuse(isolate, "atob: the text is not base64");
  answer(info, bytes.data(), decoded.count);
}

void btoa(const Info& info) {
  v8::Isolate* isolate = info.GetIsolate();
  v8::Local<v8::String> text;
  if (!readText(info, "btoa", text)) return;
  if (!text->ContainsOnlyOneByte()) return refuse(isolate, "btoa: the text has characters beyond U+00FF");
  std::vector<uint8_t> bytes(static_cast<size_t>(text->Length()));
  text->WriteOneByteV2(isolate, 0, static_cast<uint32_t>(bytes.size()), bytes.data());
  std::vector<char> encoded(simdutf::base64_length_from_binary(bytes.size(), simdutf::base64_default));
  size_t size = simdutf::binary_to_base64(reinterpret_cast<const char*>(bytes.data()), bytes.size(), encoded.data(),
                                          simdutf::base64_default);
  answer(info, encoded.data(), size);
}

}  // namespace

void installBase64(v8::Local<v8::Context> context) {
  defineMethod(context, context->Global(), "atob", atob, 1);
  defineMethod(context, context->Global(), "btoa", btoa, 1);
}

}  // namespace mayfly::guest
