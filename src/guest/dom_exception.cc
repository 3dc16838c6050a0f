// SPDX-License-Identifier: Apache-2.0
#include "guest/dom_exception.h"

#include <array>

#include "guest/groups.h"

namespace mayfly::guest {

void throwDomException(v8::Local<v8::Context> context, std::string_view name, v8::Local<v8::String> message) {
  v8::Isolate* isolate = v8::Isolate::GetCurrent();
  v8::Local<v8::Object> exports;
  v8::Local<v8::Value> type;
  v8::Local<v8::Object> error;
  std::array<v8::Local<v8::Value>, 2> arguments = {message, v8Text(isolate, name)};
  if (loadGroup(context, "dom-exception").ToLocal(&exports) &&
      exports->Get(context, v8Name(isolate, "DOMException")).ToLocal(&type) && type->IsFunction() &&
      type.As<v8::Function>()->NewInstance(context, arguments.size(), arguments.data()).ToLocal(&error)) {
    isolate->ThrowException(error);
  }
}

}  // namespace mayfly::guest
