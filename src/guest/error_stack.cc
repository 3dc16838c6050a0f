// SPDX-License-Identifier: Apache-2.0
#include "guest/error_stack.h"

#include <algorithm>

#include "guest/guest_state.h"
#include "guest/module_map.h"

namespace mayfly::guest {
namespace {

// A slot of each context: an array with its Error and the getter that V8 gives every error for its stack.
constexpr int kErrorsSlot = 3;
constexpr size_t kMaxStackText = 4096;

v8::MaybeLocal<v8::Value> stackGetter(v8::Local<v8::Context> context, v8::Local<v8::Object> error) {
  v8::Isolate* isolate = v8::Isolate::GetCurrent();
  v8::Local<v8::Value> descriptor;
  if (!error->GetOwnPropertyDescriptor(context, v8Name(isolate, "stack")).ToLocal(&descriptor) ||
      !descriptor->IsObject()) {
    return {};
  }
  return descriptor.As<v8::Object>()->Get(context, v8Name(isolate, "get"));
}

// V8 looks for prepareStackTrace on Error and on what Error inherits from.
bool formatsItself(v8::Local<v8::Context> context, v8::Local<v8::Value> errors) {
  v8::Isolate* isolate = v8::Isolate::GetCurrent();
  v8::Local<v8::String> name = v8Name(isolate, "prepareStackTrace");
  for (v8::Local<v8::Value> at = errors; at->IsObject(); at = at.As<v8::Object>()->GetPrototypeV2()) {
    if (at->IsProxy() || at.As<v8::Object>()->HasOwnProperty(context, name).FromMaybe(true)) return true;
  }
  return false;
}

// "    at f (lib/a.js:1:2)": the part between the bracket or "at " and the line number.
std::string_view moduleOf(std::string_view line) {
  size_t open = line.rfind('(');
  size_t begin = open == std::string_view::npos ? line.find("at ") + 3 : open + 1;
  size_t end = line.rfind(':', line.rfind(':') - 1);
  return end == std::string_view::npos || end <= begin ? std::string_view() : line.substr(begin, end - begin);
}

}  // namespace

void rememberErrors(v8::Local<v8::Context> context) {
  v8::Isolate* isolate = v8::Isolate::GetCurrent();
  v8::Local<v8::Value> errors;
  v8::Local<v8::Value> getter;
  auto error = v8::Exception::Error(v8::String::Empty(isolate)).As<v8::Object>();
  if (!context->Global()->Get(context, v8Name(isolate, "Error")).ToLocal(&errors)) return;
  if (!stackGetter(context, error).ToLocal(&getter)) return;
  v8::Local<v8::Value> both[] = {errors, getter};
  context->SetEmbedderDataV2(kErrorsSlot, v8::Array::New(isolate, both, 2));
}

std::string plainStackOf(v8::Local<v8::Context> context, v8::Local<v8::Object> error) {
  v8::Isolate* isolate = v8::Isolate::GetCurrent();
  v8::TryCatch ignored(isolate);
  auto known = context->GetEmbedderDataV2(kErrorsSlot).As<v8::Value>().As<v8::Array>();
  v8::Local<v8::Value> errors;
  v8::Local<v8::Value> native;
  v8::Local<v8::Value> getter;
  v8::Local<v8::Value> stack;
  const ModuleMap* modules = stateOf(isolate).modules;
  if (modules == nullptr || !known->Get(context, 0).ToLocal(&errors) || !known->Get(context, 1).ToLocal(&native) ||
      !stackGetter(context, error).ToLocal(&getter) || getter != native || formatsItself(context, errors) ||
      !error->Get(context, v8Name(isolate, "stack")).ToLocal(&stack) || !stack->IsString()) {
    return {};
  }
  std::string text = utf8Text(isolate, stack.As<v8::String>(), kMaxStackText);
  size_t begin = text.find("\n    at ");
  std::string lines;
  while (begin < text.size()) {
    size_t end = std::min(text.find('\n', begin + 1), text.size());
    std::string_view line = std::string_view(text).substr(begin + 1, end - begin - 1);
    std::string module(moduleOf(line));
    if (modules->isTransformed(module)) return {};
    if (!module.starts_with("mayfly:")) lines.append(lines.empty() ? "" : "\n").append(line);
    begin = end;
  }
  return lines;
}

}  // namespace mayfly::guest
