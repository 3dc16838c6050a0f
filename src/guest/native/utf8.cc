// SPDX-License-Identifier: Apache-2.0
// require("native:utf8"): UTF-8 for groups that must not depend on the program's TextEncoder and TextDecoder.

#include "guest/native/natives.h"

namespace mayfly::guest {
namespace {

using Info = v8::FunctionCallbackInfo<v8::Value>;

void throwRangeError(v8::Isolate* isolate, std::string_view message) {
  isolate->ThrowException(v8::Exception::RangeError(v8Text(isolate, message)));
}

// encode(text) -> Uint8Array. A lone surrogate becomes U+FFFD.
void encode(const Info& info) {
  v8::Isolate* isolate = info.GetIsolate();
  if (!info[0]->IsString()) return throwTypeError(isolate, "utf8: a string is needed");
  v8::Local<v8::String> text = info[0].As<v8::String>();
  size_t size = text->Utf8LengthV2(isolate);
  v8::Local<v8::ArrayBuffer> buffer;
  if (!v8::ArrayBuffer::MaybeNew(isolate, size).ToLocal(&buffer)) {
    return throwRangeError(isolate, "Array buffer allocation failed");
  }
  text->WriteUtf8V2(isolate, static_cast<char*>(buffer->Data()), size, v8::String::WriteFlags::kReplaceInvalidUtf8);
  info.GetReturnValue().Set(v8::Uint8Array::New(buffer, 0, size));
}

// decode(Uint8Array, keepMark) -> text: "UTF-8 decode" of the Encoding standard, which drops a byte order mark, or
// "UTF-8 decode without BOM", which does not.
void decode(const Info& info) {
  v8::Isolate* isolate = info.GetIsolate();
  if (!info[0]->IsUint8Array()) return throwTypeError(isolate, "utf8: a Uint8Array is needed");
  auto view = info[0].As<v8::Uint8Array>();
  std::string_view bytes(static_cast<const char*>(view->Buffer()->Data()) + view->ByteOffset(), view->ByteLength());
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (!info[1]->IsTrue() && bytes.starts_with(kByteOrderMark)) bytes.remove_prefix(kByteOrderMark.size());
  v8::Local<v8::String> text;
  if (bytes.size() > v8::String::kMaxLength ||
      !v8::String::NewFromUtf8(isolate, bytes.data(), v8::NewStringType::kNormal, static_cast<int>(bytes.size()))
           .ToLocal(&text)) {
    return throwRangeError(isolate, "The decoded text is too long for a string");
  }
  info.GetReturnValue().Set(text);
}

}  // namespace

void addUtf8Natives(v8::Local<v8::Context> context, v8::Local<v8::Object> target) {
  defineMethod(context, target, "encode", encode, 1);
  defineMethod(context, target, "decode", decode, 2);
}

}  // namespace mayfly::guest
