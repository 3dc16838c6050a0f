// SPDX-License-Identifier: Apache-2.0
#include "guest/error_hints.h"

#include <algorithm>
#include <array>
#include <optional>
#include <unordered_set>
#include <vector>

#include "base/near_names.h"

namespace mayfly::guest {
namespace {

struct Elsewhere {
  std::string_view name;
  std::string_view instead;
};

// Names of other platforms that programs here are written with most often.
constexpr std::array kElsewhere = {
    Elsewhere{"require", "CommonJS is for .cjs modules; here use `import` of a module in the record"},
    Elsewhere{"module", "CommonJS is for .cjs modules; here use `export default`"},
    Elsewhere{"exports", "CommonJS is for .cjs modules; here use `export`"},
    Elsewhere{"__dirname", "there are no files here; import.meta.url names the module"},
    Elsewhere{"__filename", "there are no files here; import.meta.url names the module"},
    Elsewhere{"global", "the global object is globalThis"},
    Elsewhere{"window", "the global object is globalThis; there is no DOM here"},
    Elsewhere{"document", "there is no DOM here"},
    Elsewhere{"XMLHttpRequest", "use fetch"},
    Elsewhere{"Deno", "this is not Deno"},
    Elsewhere{"Bun", "this is not Bun"},
    Elsewhere{"SharedArrayBuffer", "nothing is shared here: there are no threads"},
    Elsewhere{"Atomics", "nothing is shared here: there are no threads"},
    Elsewhere{"Worker", "there are no threads here"},
    Elsewhere{"React", "JSX becomes calls of React.createElement: define a React object, or do not use JSX"},
    Elsewhere{"input", "the input is the argument of the function: export default function (input) { ... }"},
    Elsewhere{"env", "env is the function's second argument: export default function (input, env) { ... }"},
};

std::string_view withoutSuffix(std::string_view text, std::string_view suffix) {
  return text.ends_with(suffix) ? text.substr(0, text.size() - suffix.size()) : std::string_view();
}

void addNames(v8::Local<v8::Context> context, v8::Local<v8::Object> object, std::vector<std::string>& names) {
  v8::Isolate* isolate = v8::Isolate::GetCurrent();
  v8::Local<v8::Array> keys;
  // A program may have made tens of thousands of globals; those beyond the first are left out.
  constexpr uint32_t kMost = 2000;
  if (object->IsProxy() ||
      !object
           ->GetPropertyNames(context, v8::KeyCollectionMode::kOwnOnly, v8::SKIP_SYMBOLS, v8::IndexFilter::kSkipIndices)
           .ToLocal(&keys)) {
    return;
  }
  for (uint32_t i = 0; i < std::min(keys->Length(), kMost); ++i) {
    v8::Local<v8::Value> key;
    if (keys->Get(context, i).ToLocal(&key) && key->IsString()) {
      names.push_back(utf8Text(isolate, key.As<v8::String>(), 100));
    }
  }
}

// The value of a data property; nothing for accessors, so that no code of the program runs.
std::optional<v8::Local<v8::Object>> objectAt(v8::Local<v8::Context> context, v8::Local<v8::Object> holder,
                                              std::string_view name) {
  v8::Isolate* isolate = v8::Isolate::GetCurrent();
  v8::Local<v8::Value> descriptor;
  v8::Local<v8::Value> value;
  if (holder->IsProxy() || !holder->GetOwnPropertyDescriptor(context, v8Name(isolate, name)).ToLocal(&descriptor) ||
      !descriptor->IsObject() || !descriptor.As<v8::Object>()->Get(context, v8Name(isolate, "value")).ToLocal(&value) ||
      !value->IsObject()) {
    return std::nullopt;
  }
  return value.As<v8::Object>();
}

std::string didYouMean(const std::vector<std::string>& names) {
  return names.empty() ? "" : "did you mean " + alternatives(names) + "?";
}

std::string hintForName(v8::Local<v8::Context> context, std::string_view name) {
  const auto* known =
      std::find_if(kElsewhere.begin(), kElsewhere.end(), [&](const Elsewhere& each) { return each.name == name; });
  if (known != kElsewhere.end()) return std::string(known->instead);
  std::vector<std::string> names;
  addNames(context, context->Global(), names);
  return didYouMean(nearNames(name, names));
}

// Methods of the kinds of values that programs handle most, when the receiver itself cannot be known.
std::vector<std::string> commonMethods(v8::Local<v8::Context> context, std::string_view method) {
  std::vector<std::string> names;
  std::unordered_set<std::string> seen;
  for (const char* type : {"Array", "String", "Map", "Set", "Promise", "Date", "Number", "RegExp", "Function"}) {
    auto constructor = objectAt(context, context->Global(), type);
    if (!constructor) continue;
    auto prototype = objectAt(context, *constructor, "prototype");
    if (!prototype) continue;
    std::vector<std::string> own;
    addNames(context, *prototype, own);
    for (std::string& name : nearNames(method, own)) {
      if (name != "constructor" && seen.insert(name).second) names.push_back(std::move(name));
    }
  }
  return nearNames(method, names);
}

// `path` is what V8 wrote before "is not a function": JSON.pasre, rows.lenght, (intermediate value).foo.
std::string hintForMethod(v8::Local<v8::Context> context, std::string_view path) {
  size_t dot = path.rfind('.');
  if (dot == std::string_view::npos) return {};
  std::string_view method = path.substr(dot + 1);
  std::string_view rest = path.substr(0, dot);
  v8::Local<v8::Object> receiver = context->Global();
  bool known = true;
  for (std::string_view part = rest; known && !part.empty();) {
    size_t end = std::min(part.find('.'), part.size());
    auto next = objectAt(context, receiver, part.substr(0, end));
    known = next.has_value();
    if (known) receiver = *next;
    part.remove_prefix(std::min(end + 1, part.size()));
  }
  if (!known) return didYouMean(commonMethods(context, method));
  std::vector<std::string> names;
  addNames(context, receiver, names);
  names = nearNames(method, names);
  for (std::string& name : names) name = std::string(rest) + "." + name;
  return didYouMean(names);
}

}  // namespace

std::string hintFor(v8::Local<v8::Context> context, const std::string& errorName, const std::string& message) {
  if (message.size() > 300) return {};
  if (errorName == "ReferenceError") {
    std::string_view name = withoutSuffix(message, " is not defined");
    return name.empty() ? "" : hintForName(context, name);
  }
  if (errorName != "TypeError") return {};
  std::string_view path = withoutSuffix(message, " is not a function");
  if (path.empty()) path = withoutSuffix(message, " is not a constructor");
  return path.empty() ? "" : hintForMethod(context, path);
}

}  // namespace mayfly::guest
