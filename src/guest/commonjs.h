// SPDX-License-Identifier: Apache-2.0
#pragma once

// CommonJS: each module of that kind runs once, in a function with exports, require, module, __filename, __dirname.
// In a cycle a module sees what the other has exported so far.

#include <string>
#include <unordered_map>

#include "guest/v8_api.h"
#include "wire/guest_protocol.h"

namespace mayfly::guest {

class ModuleMap;

class CommonJs {
 public:
  CommonJs(v8::Isolate* isolate, ModuleMap& modules) : isolate_(isolate), modules_(modules) {}
  CommonJs(const CommonJs&) = delete;
  CommonJs& operator=(const CommonJs&) = delete;

  // module.exports of that module; runs it if it has not run. Empty with an exception pending.
  v8::MaybeLocal<v8::Value> exportsOf(v8::Local<v8::Context> context, size_t index);
  // A module's text has been compiled and called.
  [[nodiscard]] bool hasBegun() const { return hasBegun_; }

 private:
  static void onRequire(const v8::FunctionCallbackInfo<v8::Value>& info);
  v8::MaybeLocal<v8::Value> require(v8::Local<v8::Context> context, const std::string& specifier,
                                    const std::string& referrer);
  v8::MaybeLocal<v8::Object> makeModule(v8::Local<v8::Context> context, size_t index);
  bool run(v8::Local<v8::Context> context, size_t index, v8::Local<v8::Object> module);
  int findModule(const std::string& specifier, const std::string& referrer) const;

  v8::Isolate* isolate_;
  ModuleMap& modules_;
  std::unordered_map<size_t, v8::Global<v8::Object>> ran_;  // the module objects
  bool hasBegun_ = false;
};

}  // namespace mayfly::guest
