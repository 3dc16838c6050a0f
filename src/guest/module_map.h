// SPDX-License-Identifier: Apache-2.0
#pragma once

// The modules of one job. Nothing outside the record resolves; the error says what was there.

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "guest/v8_api.h"
#include "wire/guest_protocol.h"

namespace mayfly::guest {

class ModuleMap {
 public:
  ModuleMap(v8::Isolate* isolate, const std::vector<wire::Module>& modules);
  ~ModuleMap();
  ModuleMap(const ModuleMap&) = delete;
  ModuleMap& operator=(const ModuleMap&) = delete;

  // The compiled module of that index; empty with an exception pending when it does not compile.
  v8::MaybeLocal<v8::Module> compile(v8::Local<v8::Context> context, size_t index);
  // Links it with everything that it imports. False with an exception pending.
  bool link(v8::Local<v8::Context> context, v8::Local<v8::Module> module);

  // The callbacks for import() and import.meta; set once per isolate.
  static void install(v8::Isolate* isolate);

 private:
  static v8::MaybeLocal<v8::Module> onResolve(v8::Local<v8::Context> context, v8::Local<v8::String> specifier,
                                              v8::Local<v8::FixedArray> attributes, v8::Local<v8::Module> referrer);
  static v8::MaybeLocal<v8::Promise> onDynamicImport(v8::Local<v8::Context> context, v8::Local<v8::Data> options,
                                                     v8::Local<v8::Value> resource, v8::Local<v8::String> specifier,
                                                     v8::Local<v8::FixedArray> attributes);
  static void onImportMeta(v8::Local<v8::Context> context, v8::Local<v8::Module> module, v8::Local<v8::Object> meta);

  static void importLater(const v8::FunctionCallbackInfo<v8::Value>& info);

  v8::MaybeLocal<v8::Module> resolve(v8::Local<v8::Context> context, const std::string& specifier,
                                     const std::string& referrer, v8::Local<v8::FixedArray> attributes, int step);
  // The module of a builtin such as "node:path"; nothing when there is none of that name.
  std::optional<v8::MaybeLocal<v8::Module>> builtin(v8::Local<v8::Context> context, const std::string& specifier);
  v8::MaybeLocal<v8::Module> compileData(v8::Local<v8::Context> context, const wire::Module& source);
  std::string nameOf(v8::Local<v8::Module> module) const;

  v8::Isolate* isolate_;
  const std::vector<wire::Module>& sources_;
  std::unordered_map<std::string, size_t> byName_;
  std::vector<v8::Global<v8::Module>> compiled_;
  std::unordered_multimap<int, size_t> byHash_;
  std::unordered_map<std::string, v8::Global<v8::Module>> builtins_;
};

// "./b.js" as seen from "lib/a.js" is "lib/b.js"; empty when it leads out of the record or is not relative.
std::string resolveSpecifier(const std::string& specifier, const std::string& referrer);

}  // namespace mayfly::guest
