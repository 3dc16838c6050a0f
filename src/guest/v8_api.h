// SPDX-License-Identifier: Apache-2.0
#pragma once

// The V8 API as the rest of this room includes it, and the few shorthands that keep its calls readable.
// Differences between V8 versions belong here and nowhere else.

#include <libplatform/libplatform.h>
#include <v8.h>

#include <string>
#include <string_view>

namespace mayfly::guest {

inline v8::Local<v8::String> v8Text(v8::Isolate* isolate, std::string_view text) {
  return v8::String::NewFromUtf8(isolate, text.data(), v8::NewStringType::kNormal, static_cast<int>(text.size()))
      .FromMaybe(v8::Local<v8::String>());
}

// For names: property keys, function names.
inline v8::Local<v8::String> v8Name(v8::Isolate* isolate, std::string_view text) {
  return v8::String::NewFromUtf8(isolate, text.data(), v8::NewStringType::kInternalized, static_cast<int>(text.size()))
      .ToLocalChecked();
}

// Well-formed UTF-8; lone surrogates become U+FFFD. Cut to `cap` bytes at a character.
std::string utf8Text(v8::Isolate* isolate, v8::Local<v8::String> text, size_t cap = SIZE_MAX);

inline void throwTypeError(v8::Isolate* isolate, std::string_view message) {
  isolate->ThrowException(v8::Exception::TypeError(v8Text(isolate, message)));
}

// The provider's V8 locks through Abseil, which searches each new order of locks for a deadlock and keeps a megabyte of
// graph for it. With one thread there can be none. Before V8 is initialised.
void stopDeadlockSearch();

// Gives `target` the method `name`: `length` parameters, no constructor.
void defineMethod(v8::Local<v8::Context> context, v8::Local<v8::Object> target, const char* name,
                  v8::FunctionCallback callback, int length, v8::PropertyAttribute attributes = v8::None);

}  // namespace mayfly::guest
