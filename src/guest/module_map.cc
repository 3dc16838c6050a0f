// SPDX-License-Identifier: Apache-2.0
#include "guest/module_map.h"

#include <algorithm>

#include "guest/groups.h"
#include "guest/guest_state.h"
#include "guest/missing_builtins.h"

namespace mayfly::guest {
namespace {

void throwModuleError(v8::Isolate* isolate, const std::string& message) {
  v8::Local<v8::Object> error = v8::Exception::Error(v8Text(isolate, message)).As<v8::Object>();
  v8::Local<v8::Context> context = isolate->GetCurrentContext();
  error->DefineOwnProperty(context, v8Name(isolate, "code"), v8Text(isolate, "E_MODULE"), v8::DontEnum).Check();
  isolate->ThrowException(error);
}

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

bool isBareName(const std::string& specifier) { return !specifier.starts_with('.') && !specifier.starts_with('/'); }

// The evaluation steps of a JSON or text module: its one export is the value that was prepared.
v8::MaybeLocal<v8::Value> evaluateData(v8::Local<v8::Context> context, v8::Local<v8::Module> module) {
  v8::Isolate* isolate = v8::Isolate::GetCurrent();
  (void)module;
  v8::Local<v8::Promise::Resolver> resolver;
  if (!v8::Promise::Resolver::New(context).ToLocal(&resolver)) return {};
  resolver->Resolve(context, v8::Undefined(isolate)).Check();
  return resolver->GetPromise();
}

// The module of a builtin such as "node:path": what its group exports, and all of it as the default.
v8::MaybeLocal<v8::Module> makeBuiltin(v8::Local<v8::Context> context, const std::string& specifier,
                                       v8::Local<v8::Object> exports) {
  v8::Isolate* isolate = v8::Isolate::GetCurrent();
  v8::Local<v8::Array> keys;
  if (!exports->GetOwnPropertyNames(context).ToLocal(&keys)) return {};
  v8::Local<v8::String> defaultName = v8Name(isolate, "default");
  std::vector<v8::Local<v8::String>> names = {defaultName};
  for (uint32_t i = 0; i < keys->Length(); ++i) {
    v8::Local<v8::Value> key;
    if (!keys->Get(context, i).ToLocal(&key)) return {};
    if (key->IsString() && !key->StrictEquals(defaultName)) names.push_back(key.As<v8::String>());
  }
  v8::Local<v8::Module> module = v8::Module::CreateSyntheticModule(
      isolate, v8Text(isolate, specifier), v8::MemorySpan<const v8::Local<v8::String>>(names.data(), names.size()),
      evaluateData);
  auto nothingToLink = [](v8::Local<v8::Context>, v8::Local<v8::String>, v8::Local<v8::FixedArray>,
                          v8::Local<v8::Module>) { return v8::MaybeLocal<v8::Module>(); };
  if (!module->InstantiateModule(context, nothingToLink).FromMaybe(false)) return {};
  for (size_t i = 0; i < names.size(); ++i) {
    v8::Local<v8::Value> value = exports;
    if (i > 0 && !exports->Get(context, names[i]).ToLocal(&value)) return {};
    if (!module->SetSyntheticModuleExport(isolate, names[i], value).FromMaybe(false)) return {};
  }
  return module;
}

}  // namespace

std::string resolveSpecifier(const std::string& specifier, const std::string& referrer) {
  std::vector<std::string> parts;
  auto append = [&parts](std::string_view path) {
    while (!path.empty()) {
      size_t slash = path.find('/');
      std::string_view part = path.substr(0, slash);
      path.remove_prefix(slash == std::string_view::npos ? path.size() : slash + 1);
      if (part.empty() || part == ".") continue;
      if (part == "..") {
        if (parts.empty()) return false;
        parts.pop_back();
        continue;
      }
      parts.emplace_back(part);
    }
    return true;
  };
  if (specifier.starts_with('.')) {
    size_t folder = referrer.rfind('/');
    if (folder != std::string::npos && !append(std::string_view(referrer).substr(0, folder))) return {};
  }
  if (!append(specifier)) return {};
  std::string name;
  for (const std::string& part : parts) name += (name.empty() ? "" : "/") + part;
  return name;
}

ModuleMap::ModuleMap(v8::Isolate* isolate, const std::vector<wire::Module>& modules)
    : isolate_(isolate), sources_(modules), compiled_(modules.size()) {
  for (size_t i = 0; i < modules.size(); ++i) byName_.emplace(modules[i].name, i);
  stateOf(isolate).modules = this;
}

ModuleMap::~ModuleMap() { stateOf(isolate_).modules = nullptr; }

v8::MaybeLocal<v8::Module> ModuleMap::compileData(v8::Local<v8::Context> context, const wire::Module& source) {
  v8::Local<v8::Value> value;
  v8::Local<v8::String> text = v8Text(isolate_, source.source);
  if (text.IsEmpty()) return {};
  if (source.kind == wire::ModuleKind::kText) {
    value = text;
  } else if (!v8::JSON::Parse(context, text).ToLocal(&value)) {
    return {};
  }
  v8::Local<v8::String> name = v8Name(isolate_, "default");
  v8::Local<v8::Module> module = v8::Module::CreateSyntheticModule(
      isolate_, v8Text(isolate_, source.name), v8::MemorySpan<const v8::Local<v8::String>>(&name, 1), evaluateData);
  if (!module->InstantiateModule(context, onResolve).FromMaybe(false)) return {};
  if (!module->SetSyntheticModuleExport(isolate_, name, value).FromMaybe(false)) return {};
  return module;
}

v8::MaybeLocal<v8::Module> ModuleMap::compile(v8::Local<v8::Context> context, size_t index) {
  if (!compiled_[index].IsEmpty()) return compiled_[index].Get(isolate_);
  const wire::Module& source = sources_[index];
  v8::Local<v8::Module> module;
  if (source.kind != wire::ModuleKind::kJavaScript) {
    if (!compileData(context, source).ToLocal(&module)) return {};
  } else {
    v8::Local<v8::String> text = v8Text(isolate_, source.source);
    if (text.IsEmpty()) {
      throwModuleError(isolate_, "The source of " + source.name + " is too long");
      return {};
    }
    v8::ScriptOrigin origin(v8Text(isolate_, source.name), 0, 0, false, -1, v8::Local<v8::Value>(), false, false, true);
    v8::ScriptCompiler::Source compilerSource(text, origin);
    if (!v8::ScriptCompiler::CompileModule(isolate_, &compilerSource, v8::ScriptCompiler::kEagerCompile)
             .ToLocal(&module))
      return {};
  }
  compiled_[index].Reset(isolate_, module);
  byHash_.emplace(module->GetIdentityHash(), index);
  return module;
}

std::string ModuleMap::nameOf(v8::Local<v8::Module> module) const {
  auto [from, to] = byHash_.equal_range(module->GetIdentityHash());
  for (auto at = from; at != to; ++at) {
    if (compiled_[at->second] == module) return sources_[at->second].name;
  }
  return {};
}

std::optional<v8::MaybeLocal<v8::Module>> ModuleMap::builtin(v8::Local<v8::Context> context,
                                                             const std::string& specifier) {
  auto known = builtins_.find(specifier);
  if (known != builtins_.end()) return known->second.Get(isolate_);
  std::optional<v8::MaybeLocal<v8::Object>> exports = loadBuiltin(context, specifier);
  if (!exports) return std::nullopt;
  v8::Local<v8::Object> object;
  v8::Local<v8::Module> module;
  if (!exports->ToLocal(&object) || !makeBuiltin(context, specifier, object).ToLocal(&module)) {
    return v8::MaybeLocal<v8::Module>();
  }
  builtins_[specifier].Reset(isolate_, module);
  return module;
}

v8::MaybeLocal<v8::Module> ModuleMap::resolve(v8::Local<v8::Context> context, const std::string& specifier,
                                              const std::string& referrer, v8::Local<v8::FixedArray> attributes,
                                              int step) {
  std::string name = isBareName(specifier) ? specifier : resolveSpecifier(specifier, referrer);
  auto found = byName_.find(name);
  if (found != byName_.end()) {
    if (attributesFit(isolate_, attributes, step, sources_[found->second].kind)) return compile(context, found->second);
    isolate_->ThrowException(v8::Exception::TypeError(
        v8Text(isolate_, "The import attributes of '" + specifier.substr(0, 200) + "' do not fit that module")));
    return {};
  }
  if (isBareName(specifier)) {
    if (auto known = builtin(context, specifier)) return *known;
    if (std::string why = whyMissing(specifier); !why.empty()) {
      throwModuleError(isolate_, "Cannot find module '" + specifier + "' imported from " + referrer + "; " + why);
      return {};
    }
  }
  std::string message = "Cannot find module '" + specifier.substr(0, 200) + "' imported from " + referrer;
  if (isBareName(specifier)) message += "; packages are not installed in the sandbox, so bundle it into the program";
  message += ". Modules here:";
  size_t shown = std::min<size_t>(sources_.size(), 10);
  for (size_t i = 0; i < shown; ++i) message += (i == 0 ? " " : ", ") + sources_[i].name;
  if (shown < sources_.size()) message += " and " + std::to_string(sources_.size() - shown) + " more";
  throwModuleError(isolate_, message);
  return {};
}

v8::MaybeLocal<v8::Module> ModuleMap::onResolve(v8::Local<v8::Context> context, v8::Local<v8::String> specifier,
                                                v8::Local<v8::FixedArray> attributes, v8::Local<v8::Module> referrer) {
  v8::Isolate* isolate = v8::Isolate::GetCurrent();
  ModuleMap* map = stateOf(isolate).modules;
  constexpr int kKeyValueOffset = 3;
  return map->resolve(context, utf8Text(isolate, specifier, wire::kMaxNameBytes), map->nameOf(referrer), attributes,
                      kKeyValueOffset);
}

bool ModuleMap::link(v8::Local<v8::Context> context, v8::Local<v8::Module> module) {
  return module->InstantiateModule(context, onResolve).FromMaybe(false);
}

v8::MaybeLocal<v8::Promise> ModuleMap::onDynamicImport(v8::Local<v8::Context> context, v8::Local<v8::Data> options,
                                                       v8::Local<v8::Value> resource, v8::Local<v8::String> specifier,
                                                       v8::Local<v8::FixedArray> attributes) {
  (void)options;
  v8::Isolate* isolate = v8::Isolate::GetCurrent();
  v8::Local<v8::Promise::Resolver> resolver;
  if (!v8::Promise::Resolver::New(context).ToLocal(&resolver)) return {};
  v8::TryCatch guard(isolate);
  constexpr int kKeyValue = 2;
  ModuleMap* map = stateOf(isolate).modules;
  std::string referrer = resource->IsString() ? utf8Text(isolate, resource.As<v8::String>(), wire::kMaxNameBytes) : "";
  v8::Local<v8::Module> module;
  v8::Local<v8::Value> evaluated;
  bool found = map->resolve(context, utf8Text(isolate, specifier, wire::kMaxNameBytes), referrer, attributes, kKeyValue)
                   .ToLocal(&module);
  if (found && module->GetStatus() == v8::Module::kEvaluating) {
    // It imports itself, or is imported by what it imports. Once its synchronous part is over it has a promise.
    v8::Local<v8::Function> again;
    if (!v8::Function::New(context, importLater, specifier, 0, v8::ConstructorBehavior::kThrow).ToLocal(&again))
      return {};
    resolver->Resolve(context, resource).Check();
    return resolver->GetPromise()->Then(context, again);
  }
  if (!found || !map->link(context, module) || !module->Evaluate(context).ToLocal(&evaluated)) {
    if (guard.HasTerminated()) return {};
    resolver->Reject(context, guard.Exception()).Check();
    return resolver->GetPromise();
  }
  // import() answers with the namespace once the evaluation's promise is settled.
  v8::Local<v8::Function> giveNamespace =
      v8::Function::New(
          context, [](const v8::FunctionCallbackInfo<v8::Value>& info) { info.GetReturnValue().Set(info.Data()); },
          module->GetModuleNamespace(), 0, v8::ConstructorBehavior::kThrow)
          .ToLocalChecked();
  return evaluated.As<v8::Promise>()->Then(context, giveNamespace);
}

// The second half of an import() that came while its module was being evaluated.
void ModuleMap::importLater(const v8::FunctionCallbackInfo<v8::Value>& info) {
  v8::Local<v8::Promise> promise;
  v8::Local<v8::Context> context = info.GetIsolate()->GetCurrentContext();
  if (onDynamicImport(context, v8::Local<v8::Data>(), info[0], info.Data().As<v8::String>(),
                      v8::Local<v8::FixedArray>())
          .ToLocal(&promise)) {
    info.GetReturnValue().Set(promise);
  }
}

void ModuleMap::onImportMeta(v8::Local<v8::Context> context, v8::Local<v8::Module> module, v8::Local<v8::Object> meta) {
  v8::Isolate* isolate = v8::Isolate::GetCurrent();
  std::string url = "file:///" + stateOf(isolate).modules->nameOf(module);
  meta->CreateDataProperty(context, v8Name(isolate, "url"), v8Text(isolate, url)).Check();
}

void ModuleMap::install(v8::Isolate* isolate) {
  isolate->SetHostImportModuleDynamicallyCallback(onDynamicImport);
  isolate->SetHostInitializeImportMetaObjectCallback(onImportMeta);
}

}  // namespace mayfly::guest
