// SPDX-License-Identifier: Apache-2.0
#include "guest/text_encoding.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstring>
#include <memory>
#include <span>

#include "base/utf8.h"

namespace mayfly::guest {
namespace {

using Info = v8::FunctionCallbackInfo<v8::Value>;

// State of a decoder, owned by its JavaScript object's backing store so that the collector frees it.
struct DecoderState {
  uint8_t fatal = 0;
  uint8_t ignoreBom = 0;
  uint8_t bomSeen = 0;
  uint8_t pendingSize = 0;
  char pending[4] = {};
};

constexpr std::array<std::string_view, 6> kUtf8Labels = {"utf-8",         "utf8",          "unicode-1-1-utf-8",
                                                         "unicode11utf8", "unicode20utf8", "x-unicode20utf8"};

bool isUtf8Label(std::string label) {
  auto isSpace = [](unsigned char c) { return std::isspace(c) != 0; };
  while (!label.empty() && isSpace(static_cast<unsigned char>(label.back()))) label.pop_back();
  size_t start = 0;
  while (start < label.size() && isSpace(static_cast<unsigned char>(label[start]))) ++start;
  label.erase(0, start);
  for (char& c : label) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return std::find(kUtf8Labels.begin(), kUtf8Labels.end(), label) != kUtf8Labels.end();
}

v8::Local<v8::Private> stateKey(v8::Isolate* isolate) {
  return v8::Private::ForApi(isolate, v8Name(isolate, "mayfly.decoder"));
}

DecoderState* decoderOf(const Info& info) {
  v8::Isolate* isolate = info.GetIsolate();
  v8::Local<v8::Value> state;
  if (!info.This()->GetPrivate(isolate->GetCurrentContext(), stateKey(isolate)).ToLocal(&state) ||
      !state->IsArrayBuffer()) {
    throwTypeError(isolate, "Illegal invocation: this is not a TextDecoder");
    return nullptr;
  }
  return static_cast<DecoderState*>(state.As<v8::ArrayBuffer>()->Data());
}

bool readFlag(v8::Local<v8::Context> context, v8::Local<v8::Value> options, const char* name, bool& flag) {
  v8::Isolate* isolate = v8::Isolate::GetCurrent();
  if (!options->IsObject()) return true;
  v8::Local<v8::Value> value;
  if (!options.As<v8::Object>()->Get(context, v8Name(isolate, name)).ToLocal(&value)) return false;
  flag = value->BooleanValue(isolate);
  return true;
}

// The bytes of a buffer or view; false with a TypeError pending for anything else.
bool readBytes(v8::Isolate* isolate, v8::Local<v8::Value> value, std::string_view& bytes) {
  if (value->IsUndefined()) return true;
  if (value->IsArrayBufferView()) {
    auto view = value.As<v8::ArrayBufferView>();
    bytes = {static_cast<const char*>(view->Buffer()->Data()) + view->ByteOffset(), view->ByteLength()};
  } else if (value->IsArrayBuffer()) {
    auto buffer = value.As<v8::ArrayBuffer>();
    bytes = {static_cast<const char*>(buffer->Data()), buffer->ByteLength()};
  } else {
    throwTypeError(isolate, "TextDecoder.decode needs an ArrayBuffer or a view of one");
    return false;
  }
  return true;
}

void construct(const Info& info) {
  v8::Isolate* isolate = info.GetIsolate();
  v8::Local<v8::Context> context = isolate->GetCurrentContext();
  if (!info.IsConstructCall()) return throwTypeError(isolate, "TextDecoder must be called with new");
  if (!info[0]->IsUndefined()) {
    v8::Local<v8::String> label;
    if (!info[0]->ToString(context).ToLocal(&label)) return;
    std::string name = utf8Text(isolate, label, 100);
    if (!isUtf8Label(name)) {
      isolate->ThrowException(
          v8::Exception::RangeError(v8Text(isolate, "The encoding '" + name + "' is not supported; utf-8 is")));
      return;
    }
  }
  bool fatal = false;
  bool ignoreBom = false;
  if (!readFlag(context, info[1], "fatal", fatal) || !readFlag(context, info[1], "ignoreBOM", ignoreBom)) return;
  v8::Local<v8::ArrayBuffer> store = v8::ArrayBuffer::New(isolate, sizeof(DecoderState));
  auto* state = new (store->Data()) DecoderState();
  state->fatal = fatal ? 1 : 0;
  state->ignoreBom = ignoreBom ? 1 : 0;
  info.This()->SetPrivate(context, stateKey(isolate), store).Check();
}

// Bytes of the incomplete but so far well-formed sequence at the end, which a streaming decoder keeps for later.
size_t incompleteTail(std::string_view text) {
  for (size_t back = 1; back <= std::min<size_t>(3, text.size()); ++back) {
    auto lead = static_cast<unsigned char>(text[text.size() - back]);
    if ((lead & 0xC0U) == 0x80) continue;
    size_t wanted = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC2 ? 2 : 1;
    if (wanted <= back) return 0;
    // A sequence that no continuation can save is decoded now, as an error.
    std::string probe(text.substr(text.size() - back));
    constexpr std::string_view kSeconds = "\x80\x90\xA0\xBF";
    for (char second : kSeconds) {
      std::string whole = probe;
      if (whole.size() == 1) whole += second;
      while (whole.size() < wanted) whole += '\x80';
      if (utf8SequenceLength(whole) == wanted) return back;
    }
    return 0;
  }
  return 0;
}

void decode(const Info& info) {
  v8::Isolate* isolate = info.GetIsolate();
  DecoderState* state = decoderOf(info);
  bool stream = false;
  // The options are read first: their getters may run code that detaches the buffer.
  if (state == nullptr || !readFlag(isolate->GetCurrentContext(), info[1], "stream", stream)) return;
  std::string_view bytes;
  if (!readBytes(isolate, info[0], bytes)) return;
  std::string text(state->pending, state->pendingSize);
  text.append(bytes);
  state->pendingSize = 0;
  if (stream) {
    size_t tail = incompleteTail(text);
    std::memcpy(state->pending, text.data() + text.size() - tail, tail);
    state->pendingSize = static_cast<uint8_t>(tail);
    text.resize(text.size() - tail);
  }
  std::string_view visible = text;
  if (state->fatal != 0 && !isUtf8(visible)) {
    state->pendingSize = 0;
    state->bomSeen = 0;
    return throwTypeError(isolate, "The encoded data was not valid for encoding utf-8");
  }
  if (state->ignoreBom == 0 && state->bomSeen == 0 && visible.starts_with("\xEF\xBB\xBF")) visible.remove_prefix(3);
  if (!text.empty()) state->bomSeen = 1;
  if (!stream) state->bomSeen = 0;
  v8::Local<v8::String> result = v8Text(isolate, visible);
  if (result.IsEmpty()) {
    isolate->ThrowException(v8::Exception::RangeError(v8Text(isolate, "The decoded text is too long for a string")));
    return;
  }
  info.GetReturnValue().Set(result);
}

void constructEncoder(const Info& info) {
  if (!info.IsConstructCall()) throwTypeError(info.GetIsolate(), "TextEncoder must be called with new");
}

void encode(const Info& info) {
  v8::Isolate* isolate = info.GetIsolate();
  v8::Local<v8::String> text = v8::String::Empty(isolate);
  if (!info[0]->IsUndefined() && !info[0]->ToString(isolate->GetCurrentContext()).ToLocal(&text)) return;
  size_t size = text->Utf8LengthV2(isolate);
  v8::Local<v8::ArrayBuffer> buffer;
  if (!v8::ArrayBuffer::MaybeNew(isolate, size).ToLocal(&buffer)) {
    isolate->ThrowException(v8::Exception::RangeError(v8Text(isolate, "Array buffer allocation failed")));
    return;
  }
  text->WriteUtf8V2(isolate, static_cast<char*>(buffer->Data()), size, v8::String::WriteFlags::kReplaceInvalidUtf8);
  info.GetReturnValue().Set(v8::Uint8Array::New(buffer, 0, size));
}

void encodeInto(const Info& info) {
  v8::Isolate* isolate = info.GetIsolate();
  v8::Local<v8::Context> context = isolate->GetCurrentContext();
  v8::Local<v8::String> text;
  if (!info[0]->ToString(context).ToLocal(&text)) return;
  if (!info[1]->IsUint8Array()) return throwTypeError(isolate, "encodeInto needs a Uint8Array as its second argument");
  auto view = info[1].As<v8::Uint8Array>();
  char* target = static_cast<char*>(view->Buffer()->Data()) + view->ByteOffset();
  size_t read = 0;
  size_t written =
      text->WriteUtf8V2(isolate, target, view->ByteLength(), v8::String::WriteFlags::kReplaceInvalidUtf8, &read);
  v8::Local<v8::Object> result = v8::Object::New(isolate);
  result->CreateDataProperty(context, v8Name(isolate, "read"), v8::Number::New(isolate, static_cast<double>(read)))
      .Check();
  result
      ->CreateDataProperty(context, v8Name(isolate, "written"), v8::Number::New(isolate, static_cast<double>(written)))
      .Check();
  info.GetReturnValue().Set(result);
}

void encodingName(const Info& info) { info.GetReturnValue().Set(v8Text(info.GetIsolate(), "utf-8")); }
void isFatal(const Info& info) {
  if (DecoderState* state = decoderOf(info)) info.GetReturnValue().Set(state->fatal != 0);
}
void ignoresBom(const Info& info) {
  if (DecoderState* state = decoderOf(info)) info.GetReturnValue().Set(state->ignoreBom != 0);
}

using Member = std::pair<const char*, v8::FunctionCallback>;

// A class whose methods and getters refuse a foreign receiver.
void installClass(v8::Local<v8::Context> context, const char* name, v8::FunctionCallback constructor,
                  std::span<const Member> methods, std::span<const Member> getters) {
  v8::Isolate* isolate = v8::Isolate::GetCurrent();
  v8::Local<v8::FunctionTemplate> type = v8::FunctionTemplate::New(isolate, constructor);
  v8::Local<v8::Signature> signature = v8::Signature::New(isolate, type);
  type->SetClassName(v8Name(isolate, name));
  auto member = [&](v8::FunctionCallback callback) {
    return v8::FunctionTemplate::New(isolate, callback, v8::Local<v8::Value>(), signature, 0,
                                     v8::ConstructorBehavior::kThrow);
  };
  for (const auto& [key, callback] : methods) type->PrototypeTemplate()->Set(v8Name(isolate, key), member(callback));
  for (const auto& [key, callback] : getters) {
    type->PrototypeTemplate()->SetAccessorProperty(v8Name(isolate, key), member(callback));
  }
  type->PrototypeTemplate()->Set(v8::Symbol::GetToStringTag(isolate), v8Name(isolate, name),
                                 static_cast<v8::PropertyAttribute>(v8::ReadOnly | v8::DontEnum));
  context->Global()
      ->DefineOwnProperty(context, v8Name(isolate, name), type->GetFunction(context).ToLocalChecked(), v8::DontEnum)
      .Check();
}

}  // namespace

void installTextEncoding(v8::Local<v8::Context> context) {
  constexpr Member kEncoderMethods[] = {{"encode", encode}, {"encodeInto", encodeInto}};
  constexpr Member kEncoderGetters[] = {{"encoding", encodingName}};
  constexpr Member kDecoderMethods[] = {{"decode", decode}};
  constexpr Member kDecoderGetters[] = {{"encoding", encodingName}, {"fatal", isFatal}, {"ignoreBOM", ignoresBom}};
  installClass(context, "TextEncoder", constructEncoder, kEncoderMethods, kEncoderGetters);
  installClass(context, "TextDecoder", construct, kDecoderMethods, kDecoderGetters);
}

}  // namespace mayfly::guest
