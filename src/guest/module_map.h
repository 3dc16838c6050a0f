// SPDX-License-Identifier: Apache-2.0
#pragma once

// The modules of one job. Nothing outside the record and the built-in modules resolves; the error says what was there.

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "guest/commonjs.h"
#include "guest/module_errors.h"
#include "guest/v8_api.h"
#include "wire/guest_protocol.h"

namespace mayfly::guest {

class ModuleMap {
 public:
  static constexpr size_t kMain = 0;

  ModuleMap(v8::Isolate* isolate, const std::vector<wire::Module>& modules);
  ~ModuleMap();
  ModuleMap(const ModuleMap&) = delete;
  ModuleMap& operator=(const ModuleMap&) = delete;

  [[nodiscard]] const std::vector<wire::Module>& sources() const { return sources_; }
  [[nodiscard]] CommonJs& commonJs() { return commonJs_; }
  // The index of a module of the record; -1 when there is none of that name.
  [[nodiscard]] int find(const std::string& name) const;
  // Positions in it mean nothing to its author.
  [[nodiscard]] bool isTransformed(const std::string& name) const;

  // The compiled module of that index; empty with an exception pending when it does not compile.
  v8::MaybeLocal<v8::Module> compile(v8::Local<v8::Context> context, size_t index);
  // Links it with everything that it imports. False with an exception pending.
  bool link(v8::Local<v8::Context> context, v8::Local<v8::Module> module);
  // The namespace of a module that needs no waiting, for require().
  v8::MaybeLocal<v8::Value> evaluateNow(v8::Local<v8::Context> context, size_t index);

  // Another module in the place of the main one, for as long as nothing imports that.
  bool replaceMain(v8::Local<v8::Module> module);

  // The callbacks for import() and import.meta; set once per isolate.
  static void install(v8::Isolate* isolate);

 private:
  struct Request {
    std::string specifier;
    v8::Local<v8::FixedArray> attributes;
    int step;  // entries of `attributes` for each
    Place place;
  };

  static v8::MaybeLocal<v8::Module> onResolve(v8::Local<v8::Context> context, size_t index,
                                              v8::Local<v8::Module> referrer);
  static v8::MaybeLocal<v8::Promise> onDynamicImport(v8::Local<v8::Context> context, v8::Local<v8::Data> options,
                                                     v8::Local<v8::Value> resource, v8::Local<v8::String> specifier,
                                                     v8::Local<v8::FixedArray> attributes);
  static void onImportMeta(v8::Local<v8::Context> context, v8::Local<v8::Module> module, v8::Local<v8::Object> meta);
  static void importLater(const v8::FunctionCallbackInfo<v8::Value>& info);
  static v8::MaybeLocal<v8::Value> evaluateCommonJs(v8::Local<v8::Context> context, v8::Local<v8::Module> module);

  v8::MaybeLocal<v8::Module> resolve(v8::Local<v8::Context> context, const Request& request);
  v8::MaybeLocal<v8::Module> compileText(const wire::Module& source);
  v8::MaybeLocal<v8::Module> compileData(v8::Local<v8::Context> context, const wire::Module& source);
  v8::MaybeLocal<v8::Module> compileCommonJs(const wire::Module& source);
  v8::MaybeLocal<v8::Module> builtin(v8::Local<v8::Context> context, const std::string& specifier);
  v8::MaybeLocal<v8::Value> valueOf(v8::Local<v8::Context> context, const wire::Module& source);
  void remember(size_t index, v8::Local<v8::Module> module);
  int indexOf(v8::Local<v8::Module> module) const;
  std::string nameOf(v8::Local<v8::Module> module) const;

  v8::Isolate* isolate_;
  const std::vector<wire::Module>& sources_;
  std::unordered_map<std::string, size_t> byName_;
  std::vector<v8::Global<v8::Module>> compiled_;
  std::unordered_multimap<int, size_t> byHash_;
  std::unordered_map<std::string, v8::Global<v8::Module>> builtins_;
  CommonJs commonJs_;
  bool mainRequested_ = false;
};

}  // namespace mayfly::guest
