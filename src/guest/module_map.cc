// SPDX-License-Identifier: Apache-2.0
#include "guest/module_map.h"

#include "guest/commonjs_names.h"
#include "guest/groups.h"
#include "guest/guest_state.h"
#include "guest/module_path.h"

namespace mayfly::guest {
namespace {

// ECMA-262, 16.2.1.8: { type: "json" } must make a JSON module or fail; nothing else is supported. `step` is the number
// of entries that V8 gives for each attribute.
bool attributesFit(v8::Isolate* isolate, v8::Local<v8::FixedArray> attributes, int step, wire::ModuleKind kind) {
  if (attributes.IsEmpty()) return true;
  for (int i = 0; i + 1 < attributes->Length(); i += step) {
    v8::Local<v8::Value> key = attributes->Get(i).As<v8::Value>();
    v8::Local<v8::Value> value = attributes->Get(i + 1).As<v8::Value>();
    const char* type = kind == wire::ModuleKind::kJson ? "json" : kind == wire::ModuleKind::kText ? "text" : "";
    if (!key->StrictEquals(v8Name(isolate, "type")) || !value->StrictEquals(v8Name(isolate, type))) return false;
  }
  return true;
}

// The evaluation steps of a module whose exports are set already.
v8::MaybeLocal<v8::Value> evaluateNothing(v8::Local<v8::Context> context, v8::Local<v8::Module> module) {
  v8::Isolate* isolate = v8::Isolate::GetCurrent();
  (void)module;
  v8::Local<v8::Promise::Resolver> resolver;
  if (!v8::Promise::Resolver::New(context).ToLocal(&resolver)) return {};
  resolver->Resolve(context, v8::Undefined(isolate)).Check();
  return resolver->GetPromise();
}

v8::MaybeLocal<v8::Value> bufferOf(v8::Isolate* isolate, const std::string& bytes) {
  v8::Local<v8::ArrayBuffer> buffer;
  if (!v8::ArrayBuffer::MaybeNew(isolate, bytes.size()).ToLocal(&buffer)) {
    isolate->ThrowException(v8::Exception::RangeError(v8Text(isolate, "Array buffer allocation failed")));
    return {};
  }
  if (!bytes.empty()) std::memcpy(buffer->Data(), bytes.data(), bytes.size());
  return buffer;
}

// Workers' rule: bytes of the record may become code, though WebAssembly.compile is refused.
v8::MaybeLocal<v8::Value> compileWasm(v8::Isolate* isolate, const wire::Module& source) {
  GuestState& state = stateOf(isolate);
  if (state.jitless) {
    throwModuleError(isolate, source.name + " cannot be compiled: there is no WebAssembly without a JIT (--jitless)",
                     {});
    return {};
  }
  v8::TryCatch caught(isolate);
  state.compilesRecord = true;
  auto bytes =
      v8::MemorySpan<const uint8_t>(reinterpret_cast<const uint8_t*>(source.source.data()), source.source.size());
  v8::Local<v8::WasmModuleObject> module;
  bool compiled = v8::WasmModuleObject::Compile(isolate, bytes).ToLocal(&module);
  state.compilesRecord = false;
  if (compiled) return module;
  v8::Local<v8::Value> thrown = caught.Exception();
  caught.Reset();
  throwWasmError(isolate->GetCurrentContext(), source, thrown);
  caught.ReThrow();
  return {};
}

}  // namespace

ModuleMap::ModuleMap(v8::Isolate* isolate, const std::vector<wire::Module>& modules)
    : isolate_(isolate), sources_(modules), compiled_(modules.size()), commonJs_(isolate, *this) {
  for (size_t i = 0; i < modules.size(); ++i) byName_.emplace(modules[i].name, i);
  stateOf(isolate).modules = this;
}

ModuleMap::~ModuleMap() { stateOf(isolate_).modules = nullptr; }

int ModuleMap::find(const std::string& name) const {
  auto found = byName_.find(name);
  return found == byName_.end() ? -1 : static_cast<int>(found->second);
}

bool ModuleMap::isTransformed(const std::string& name) const {
  int index = find(name);
  return index >= 0 && sources_[static_cast<size_t>(index)].transformed;
}

v8::MaybeLocal<v8::Value> ModuleMap::valueOf(v8::Local<v8::Context> context, const wire::Module& source) {
  if (source.kind == wire::ModuleKind::kData) return bufferOf(isolate_, source.source);
  if (source.kind == wire::ModuleKind::kWasm) return compileWasm(isolate_, source);
  v8::Local<v8::String> text = v8Text(isolate_, source.source);
  if (text.IsEmpty()) {
    throwModuleError(isolate_, source.name + " is too long for a string", {});
    return {};
  }
  if (source.kind == wire::ModuleKind::kText) return text;
  v8::TryCatch caught(isolate_);
  v8::Local<v8::Value> value;
  if (v8::JSON::Parse(context, text).ToLocal(&value)) return value;
  v8::Local<v8::Value> thrown = caught.Exception();
  caught.Reset();
  throwJsonError(context, source, thrown);
  caught.ReThrow();
  return {};
}

v8::MaybeLocal<v8::Module> ModuleMap::compileData(v8::Local<v8::Context> context, const wire::Module& source) {
  v8::Local<v8::Value> value;
  if (!valueOf(context, source).ToLocal(&value)) return {};
  v8::Local<v8::String> name = v8Name(isolate_, "default");
  v8::Local<v8::Module> module = v8::Module::CreateSyntheticModule(
      isolate_, v8Text(isolate_, source.name), v8::MemorySpan<const v8::Local<v8::String>>(&name, 1), evaluateNothing);
  if (!link(context, module)) return {};
  if (!module->SetSyntheticModuleExport(isolate_, name, value).FromMaybe(false)) return {};
  return module;
}

v8::MaybeLocal<v8::Module> ModuleMap::compileCommonJs(const wire::Module& source) {
  std::vector<v8::Local<v8::String>> names = {v8Name(isolate_, "default")};
  for (const std::string& name : commonJsNames(source.source)) names.push_back(v8Name(isolate_, name));
  return v8::Module::CreateSyntheticModule(isolate_, v8Text(isolate_, source.name),
                                           v8::MemorySpan<const v8::Local<v8::String>>(names.data(), names.size()),
                                           evaluateCommonJs);
}

// Runs the module and hands out module.exports, whole and in parts.
v8::MaybeLocal<v8::Value> ModuleMap::evaluateCommonJs(v8::Local<v8::Context> context, v8::Local<v8::Module> module) {
  v8::Isolate* isolate = v8::Isolate::GetCurrent();
  ModuleMap* map = stateOf(isolate).modules;
  auto index = static_cast<size_t>(map->indexOf(module));
  v8::Local<v8::Value> exports;
  if (!map->commonJs_.exportsOf(context, index).ToLocal(&exports)) return {};
  if (!module->SetSyntheticModuleExport(isolate, v8Name(isolate, "default"), exports).FromMaybe(false)) return {};
  if (exports->IsObject()) {
    for (const std::string& name : commonJsNames(map->sources_[index].source)) {
      v8::Local<v8::String> key = v8Name(isolate, name);
      v8::Local<v8::Value> value;
      if (!exports.As<v8::Object>()->Get(context, key).ToLocal(&value)) return {};
      if (!module->SetSyntheticModuleExport(isolate, key, value).FromMaybe(false)) return {};
    }
  }
  return evaluateNothing(context, module);
}

v8::MaybeLocal<v8::Module> ModuleMap::compileText(const wire::Module& source) {
  v8::Local<v8::String> text = v8Text(isolate_, source.source);
  if (text.IsEmpty()) {
    throwModuleError(isolate_, "The source of " + source.name + " is too long", {});
    return {};
  }
  v8::ScriptOrigin origin(v8Text(isolate_, source.name), 0, 0, false, -1, v8::Local<v8::Value>(), false, false, true);
  v8::ScriptCompiler::Source compilerSource(text, origin);
  return v8::ScriptCompiler::CompileModule(isolate_, &compilerSource, v8::ScriptCompiler::kEagerCompile);
}

v8::MaybeLocal<v8::Module> ModuleMap::compile(v8::Local<v8::Context> context, size_t index) {
  if (!compiled_[index].IsEmpty()) return compiled_[index].Get(isolate_);
  const wire::Module& source = sources_[index];
  v8::MaybeLocal<v8::Module> compiled;
  if (source.kind == wire::ModuleKind::kJavaScript) {
    compiled = compileText(source);
  } else if (source.kind == wire::ModuleKind::kCommonJs) {
    compiled = compileCommonJs(source);
  } else {
    compiled = compileData(context, source);
  }
  v8::Local<v8::Module> module;
  if (compiled.ToLocal(&module)) remember(index, module);
  return compiled;
}

void ModuleMap::remember(size_t index, v8::Local<v8::Module> module) {
  compiled_[index].Reset(isolate_, module);
  byHash_.emplace(module->GetIdentityHash(), index);
}

bool ModuleMap::replaceMain(v8::Local<v8::Module> module) {
  if (mainRequested_) return false;
  remember(kMain, module);
  return true;
}

int ModuleMap::indexOf(v8::Local<v8::Module> module) const {
  auto [from, to] = byHash_.equal_range(module->GetIdentityHash());
  for (auto at = from; at != to; ++at) {
    if (compiled_[at->second] == module) return static_cast<int>(at->second);
  }
  return -1;
}

std::string ModuleMap::nameOf(v8::Local<v8::Module> module) const {
  int index = indexOf(module);
  return index < 0 ? std::string() : sources_[static_cast<size_t>(index)].name;
}

// A module made of the exports of one of our own groups.
v8::MaybeLocal<v8::Module> ModuleMap::builtin(v8::Local<v8::Context> context, const std::string& specifier) {
  auto known = builtins_.find(specifier);
  if (known != builtins_.end()) return known->second.Get(isolate_);
  auto loaded = loadBuiltin(context, specifier);
  v8::Local<v8::Object> exports;
  v8::Local<v8::Array> keys;
  if (!loaded || !loaded->ToLocal(&exports) || !exports->GetOwnPropertyNames(context).ToLocal(&keys)) return {};
  std::vector<v8::Local<v8::String>> names;
  // Node's have the whole as their default, under both of their names; those of Workers have none.
  bool hasDefault = specifier.starts_with("cloudflare:") || specifier.starts_with("mayfly:");
  for (uint32_t i = 0; i < keys->Length(); ++i) {
    v8::Local<v8::Value> key;
    if (!keys->Get(context, i).ToLocal(&key) || !key->IsString()) return {};
    hasDefault = hasDefault || key.As<v8::String>()->StringEquals(v8Name(isolate_, "default"));
    names.push_back(key.As<v8::String>());
  }
  size_t own = names.size();
  if (!hasDefault) names.push_back(v8Name(isolate_, "default"));
  v8::Local<v8::Module> module = v8::Module::CreateSyntheticModule(
      isolate_, v8Text(isolate_, specifier), v8::MemorySpan<const v8::Local<v8::String>>(names.data(), names.size()),
      evaluateNothing);
  if (!link(context, module)) return {};
  for (size_t i = 0; i < names.size(); ++i) {
    v8::Local<v8::Value> value = exports;
    if (i < own && !exports->Get(context, names[i]).ToLocal(&value)) return {};
    if (!module->SetSyntheticModuleExport(isolate_, names[i], value).FromMaybe(false)) return {};
  }
  builtins_.emplace(specifier, v8::Global<v8::Module>(isolate_, module));
  return module;
}

v8::MaybeLocal<v8::Module> ModuleMap::resolve(v8::Local<v8::Context> context, const Request& request) {
  const std::string& specifier = request.specifier;
  if (specifier.size() >= wire::kMaxNameBytes) {
    throwModuleError(isolate_,
                     "Cannot find a module whose name has more than " + std::to_string(wire::kMaxNameBytes) +
                         " bytes, imported from " + request.place.module,
                     request.place);
    return {};
  }
  std::optional<std::string> name = specifier;
  if (isRelativeSpecifier(specifier)) name = resolveSpecifier(specifier, request.place.module);
  int index = name ? find(*name) : -1;
  if (index >= 0) {
    auto found = static_cast<size_t>(index);
    mainRequested_ = mainRequested_ || found == kMain;
    if (attributesFit(isolate_, request.attributes, request.step, sources_[found].kind)) return compile(context, found);
    isolate_->ThrowException(v8::Exception::TypeError(
        v8Text(isolate_, "The import attributes of '" + specifier.substr(0, 200) + "' do not fit that module")));
    return {};
  }
  v8::TryCatch caught(isolate_);
  v8::MaybeLocal<v8::Module> own = builtin(context, specifier);
  if (!own.IsEmpty()) return own;
  if (caught.HasCaught()) {
    caught.ReThrow();
    return {};
  }
  throwModuleError(isolate_, cannotFind(specifier, request.place.module, sources_), request.place);
  caught.ReThrow();
  return {};
}

bool ModuleMap::link(v8::Local<v8::Context> context, v8::Local<v8::Module> module) {
  return module->InstantiateModule(context, onResolve).FromMaybe(false);
}

v8::MaybeLocal<v8::Value> ModuleMap::evaluateNow(v8::Local<v8::Context> context, size_t index) {
  v8::Local<v8::Module> module;
  v8::Local<v8::Value> evaluated;
  if (!compile(context, index).ToLocal(&module) || !link(context, module)) return {};
  const std::string& name = sources_[index].name;
  if (module->GetStatus() == v8::Module::kEvaluating) {
    throwModuleError(isolate_, name + " requires itself in a circle through an ES module", {});
    return {};
  }
  if (module->GetStatus() < v8::Module::kEvaluated && module->IsGraphAsync()) {
    throwModuleError(isolate_,
                     name + " awaits at its top level and cannot be required; use await import(\"/" + name + "\")", {});
    return {};
  }
  if (!module->Evaluate(context).ToLocal(&evaluated)) return {};
  auto promise = evaluated.As<v8::Promise>();
  if (promise->State() == v8::Promise::kFulfilled) return module->GetModuleNamespace();
  if (promise->State() == v8::Promise::kRejected) {
    promise->MarkAsHandled();
    stateOf(isolate_).forgetRejection(promise);
    isolate_->ThrowException(promise->Result());
  } else {
    throwModuleError(isolate_, name + " has not finished its top-level await; use await import(\"/" + name + "\")", {});
  }
  return {};
}

}  // namespace mayfly::guest
