// SPDX-License-Identifier: Apache-2.0
#include "guest/text_encoding.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <span>

#include "base/utf8.h"
#include "guest/groups.h"

namespace mayfly::guest {
namespace {

using Info = v8::FunctionCallbackInfo<v8::Value>;

// State of a decoder, owned by its JavaScript object's backing store so that the collector frees it.
struct DecoderState {
  uint8_t fatal = 0;
  uint8_t ignoreBom = 0;
  uint8_t bomSeen = 0;
  uint8_t pendingSize = 0;
  uint8_t legacy = 0;  // another encoding
  char pending[4] = {};
};

constexpr size_t kMaxLabel = 1000;
constexpr std::array<std::string_view, 6> kUtf8Labels = {"utf-8",         "utf8",          "unicode-1-1-utf-8",
                                                         "unicode11utf8", "unicode20utf8", "x-unicode20utf8"};

bool isUtf8Label(std::string label) {
  constexpr const char* kSpaces = "\t\n\f\r ";
  label.erase(label.find_last_not_of(kSpaces) + 1);
  label.erase(0, label.find_first_not_of(kSpaces));
  for (char& c : label) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return std::find(kUtf8Labels.begin(), kUtf8Labels.end(), label) != kUtf8Labels.end();
}

// Of a decoder for another encoding: what the group "legacy-encodings" gave.
v8::Local<v8::Private> legacyKey(v8::Isolate* isolate) {
  return v8::Private::ForApi(isolate, v8Name(isolate, "mayfly.decoder.legacy"));
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
  if (options->IsNullOrUndefined()) return true;
  if (!options->IsObject()) {
    throwTypeError(isolate, "TextDecoder: the options are not an object");
    return false;
  }
  v8::Local<v8::Value> value;
  if (!options.As<v8::Object>()->Get(context, v8Name(isolate, name)).ToLocal(&value)) return false;
  flag = value->BooleanValue(isolate);
  return true;
}

void throwTooLong(v8::Isolate* isolate) {
  isolate->ThrowException(v8::Exception::RangeError(v8Text(isolate, "The decoded text is too long for a string")));
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

// Gives `self` its decoder from the group "legacy-encodings". False with an exception pending.
bool openLegacy(v8::Local<v8::Context> context, v8::Local<v8::Object> self, v8::Local<v8::String> label,
                const DecoderState& state) {
  v8::Isolate* isolate = v8::Isolate::GetCurrent();
  v8::Local<v8::Object> group;
  v8::Local<v8::Value> open;
  v8::Local<v8::Value> decoder;
  v8::Local<v8::Value> arguments[] = {label, v8::Boolean::New(isolate, state.fatal != 0),
                                      v8::Boolean::New(isolate, state.ignoreBom != 0)};
  if (!loadGroup(context, "legacy-encodings").ToLocal(&group) ||
      !group->Get(context, v8Name(isolate, "open")).ToLocal(&open) ||
      !open.As<v8::Function>()->Call(context, v8::Undefined(isolate), 3, arguments).ToLocal(&decoder)) {
    return false;
  }
  self->SetPrivate(context, legacyKey(isolate), decoder).Check();
  return true;
}

void construct(const Info& info) {
  v8::Isolate* isolate = info.GetIsolate();
  v8::Local<v8::Context> context = isolate->GetCurrentContext();
  if (!info.IsConstructCall()) return throwTypeError(isolate, "TextDecoder must be called with new");
  v8::Local<v8::String> label = v8::String::Empty(isolate);
  if (!info[0]->IsUndefined() && !info[0]->ToString(context).ToLocal(&label)) return;
  bool utf8 = info[0]->IsUndefined() ||
              (label->Length() <= static_cast<int>(kMaxLabel) && isUtf8Label(utf8Text(isolate, label)));
  bool fatal = false;
  bool ignoreBom = false;
  if (!readFlag(context, info[1], "fatal", fatal) || !readFlag(context, info[1], "ignoreBOM", ignoreBom)) return;
  v8::Local<v8::ArrayBuffer> store = v8::ArrayBuffer::New(isolate, sizeof(DecoderState));
  auto* state = new (store->Data()) DecoderState();
  state->fatal = fatal ? 1 : 0;
  state->ignoreBom = ignoreBom ? 1 : 0;
  state->legacy = utf8 ? 0 : 1;
  if (!utf8 && !openLegacy(context, info.This(), label, *state)) return;
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

// The decoder of another encoding that openLegacy gave to `self`.
v8::Local<v8::Object> legacyOf(v8::Local<v8::Context> context, v8::Local<v8::Object> self) {
  return self->GetPrivate(context, legacyKey(v8::Isolate::GetCurrent())).ToLocalChecked().As<v8::Object>();
}

void decodeLegacy(const Info& info, bool stream) {
  v8::Isolate* isolate = info.GetIsolate();
  v8::Local<v8::Context> context = isolate->GetCurrentContext();
  std::string_view bytes;
  if (!readBytes(isolate, info[0], bytes)) return;
  v8::Local<v8::Object> decoder = legacyOf(context, info.This());
  v8::Local<v8::ArrayBuffer> buffer;
  if (!v8::ArrayBuffer::MaybeNew(isolate, bytes.size()).ToLocal(&buffer)) return throwTooLong(isolate);
  if (!bytes.empty()) std::memcpy(buffer->Data(), bytes.data(), bytes.size());
  v8::Local<v8::Value> arguments[] = {v8::Uint8Array::New(buffer, 0, bytes.size()), v8::Boolean::New(isolate, stream)};
  v8::Local<v8::Value> function;
  v8::Local<v8::Value> text;
  if (decoder->Get(context, v8Name(isolate, "decode")).ToLocal(&function) &&
      function.As<v8::Function>()->Call(context, decoder, 2, arguments).ToLocal(&text)) {
    info.GetReturnValue().Set(text);
  }
}

void decode(const Info& info) {
  v8::Isolate* isolate = info.GetIsolate();
  DecoderState* state = decoderOf(info);
  bool stream = false;
  // The options are read first: their getters may run code that detaches the buffer.
  if (state == nullptr || !readFlag(isolate->GetCurrentContext(), info[1], "stream", stream)) return;
  if (state->legacy != 0) return decodeLegacy(info, stream);
  std::string_view bytes;
  if (!readBytes(isolate, info[0], bytes)) return;
  std::string joined;
  std::string_view text = bytes;
  if (state->pendingSize > 0) {
    joined.assign(state->pending, state->pendingSize).append(bytes);
    text = joined;
  }
  state->pendingSize = 0;
  if (stream) {
    size_t tail = incompleteTail(text);
    std::memcpy(state->pending, text.data() + text.size() - tail, tail);
    state->pendingSize = static_cast<uint8_t>(tail);
    text.remove_suffix(tail);
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
  if (result.IsEmpty()) return throwTooLong(isolate);
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
void decoderEncoding(const Info& info) {
  DecoderState* state = decoderOf(info);
  if (state == nullptr) return;
  if (state->legacy == 0) return encodingName(info);
  v8::Local<v8::Context> context = info.GetIsolate()->GetCurrentContext();
  v8::Local<v8::Value> name;
  if (legacyOf(context, info.This())->Get(context, v8Name(info.GetIsolate(), "encoding")).ToLocal(&name)) {
    info.GetReturnValue().Set(name);
  }
}
void isFatal(const Info& info) {
  if (DecoderState* state = decoderOf(info)) info.GetReturnValue().Set(state->fatal != 0);
}
void ignoresBom(const Info& info) {
  if (DecoderState* state = decoderOf(info)) info.GetReturnValue().Set(state->ignoreBom != 0);
}

struct Member {
  const char* name;
  v8::FunctionCallback callback;
  int length = 0;
};

// A class whose methods and getters refuse a foreign receiver.
void installClass(v8::Local<v8::Context> context, const char* name, v8::FunctionCallback constructor,
                  std::span<const Member> methods, std::span<const Member> getters) {
  v8::Isolate* isolate = v8::Isolate::GetCurrent();
  v8::Local<v8::FunctionTemplate> type = v8::FunctionTemplate::New(isolate, constructor);
  v8::Local<v8::Signature> signature = v8::Signature::New(isolate, type);
  type->SetClassName(v8Name(isolate, name));
  type->ReadOnlyPrototype();
  auto function = [&](const Member& member) {
    return v8::FunctionTemplate::New(isolate, member.callback, v8::Local<v8::Value>(), signature, member.length,
                                     v8::ConstructorBehavior::kThrow);
  };
  auto getter = [&](const Member& member) {
    v8::Local<v8::FunctionTemplate> made = function(member);
    made->SetClassName(v8Name(isolate, std::string("get ") + member.name));
    return made;
  };
  for (const Member& each : methods) type->PrototypeTemplate()->Set(v8Name(isolate, each.name), function(each));
  for (const Member& each : getters) {
    type->PrototypeTemplate()->SetAccessorProperty(v8Name(isolate, each.name), getter(each));
  }
  type->PrototypeTemplate()->Set(v8::Symbol::GetToStringTag(isolate), v8Name(isolate, name),
                                 static_cast<v8::PropertyAttribute>(v8::ReadOnly | v8::DontEnum));
  context->Global()
      ->DefineOwnProperty(context, v8Name(isolate, name), type->GetFunction(context).ToLocalChecked(), v8::DontEnum)
      .Check();
}

}  // namespace

void installTextEncoding(v8::Local<v8::Context> context) {
  constexpr Member kEncoderMethods[] = {{"encode", encode}, {"encodeInto", encodeInto, 2}};
  constexpr Member kEncoderGetters[] = {{"encoding", encodingName}};
  constexpr Member kDecoderMethods[] = {{"decode", decode}};
  constexpr Member kDecoderGetters[] = {{"encoding", decoderEncoding}, {"fatal", isFatal}, {"ignoreBOM", ignoresBom}};
  installClass(context, "TextEncoder", constructEncoder, kEncoderMethods, kEncoderGetters);
  installClass(context, "TextDecoder", construct, kDecoderMethods, kDecoderGetters);
}

}  // namespace mayfly::guest
