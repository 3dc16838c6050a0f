// SPDX-License-Identifier: Apache-2.0
#include "guest/native/natives.h"

#include <algorithm>
#include <array>
#include <string>

namespace mayfly::guest {
namespace {

struct Natives {
  std::string_view name;
  void (*add)(v8::Local<v8::Context> context, v8::Local<v8::Object> target);
};

// clang-format off: one a line
constexpr std::array kNatives = {
    Natives{"clone", addCloneNatives},
    Natives{"compression", addCompressionNatives},
    Natives{"crypto", addCryptoNatives},
    Natives{"node", addNodeNatives},
    Natives{"scope", addScopeNatives},
    Natives{"serve", addServeNatives},
    Natives{"tasks", addTaskNatives},
    Natives{"url", addUrlNatives},
    Natives{"utf8", addUtf8Natives},
    Natives{"worker", addWorkerNatives},
};
// clang-format on

}  // namespace

v8::MaybeLocal<v8::Object> makeNatives(v8::Local<v8::Context> context, std::string_view name) {
  v8::Isolate* isolate = v8::Isolate::GetCurrent();
  const auto* found =
      std::find_if(kNatives.begin(), kNatives.end(), [&](const Natives& each) { return each.name == name; });
  if (found == kNatives.end()) {
    throwTypeError(isolate, "there are no natives called " + std::string(name));
    return {};
  }
  v8::Local<v8::Object> target = v8::Object::New(isolate);
  found->add(context, target);
  return target;
}

}  // namespace mayfly::guest
