// SPDX-License-Identifier: Apache-2.0
#include "guest/commonjs.h"

#include <array>

#include "guest/groups.h"
#include "guest/guest_state.h"
#include "guest/module_map.h"
#include "guest/module_path.h"

namespace mayfly::guest {
namespace {

std::string folderOf(const std::string& name) {
  size_t slash = name.rfind('/');
  return slash == std::string::npos ? "/" : "/" + name.substr(0, slash);
}

}  // namespace

v8::MaybeLocal<v8::Value> CommonJs::exportsOf(v8::Local<v8::Context> context, size_t index) {
  v8::Local<v8::Object> module;
  auto known = ran_.find(index);
  if (known != ran_.end()) {
    module = known->second.Get(isolate_);
  } else {
    if (!makeModule(context, index).ToLocal(&module)) return {};
    ran_.emplace(index, v8::Global<v8::Object>(isolate_, module));
    if (!run(context, index, module)) {
      ran_.erase(index);  // as in Node, the next require() tries again
      return {};
    }
  }
  return module->Get(context, v8Name(isolate_, "exports"));
}

v8::MaybeLocal<v8::Object> CommonJs::makeModule(v8::Local<v8::Context> context, size_t index) {
  const std::string& name = modules_.sources()[index].name;
  v8::Local<v8::Object> module = v8::Object::New(isolate_);
  v8::Local<v8::Function> require;
  if (!v8::Function::New(context, onRequire, v8Text(isolate_, name), 1, v8::ConstructorBehavior::kThrow)
           .ToLocal(&require)) {
    return {};
  }
  require->SetName(v8Name(isolate_, "require"));
  auto main = ran_.find(ModuleMap::kMain);
  v8::Local<v8::Value> mainModule = v8::Undefined(isolate_);
  if (index == ModuleMap::kMain) mainModule = module;
  if (main != ran_.end()) mainModule = main->second.Get(isolate_);
  const std::array<std::pair<const char*, v8::Local<v8::Value>>, 5> members = {{
      {"id", v8Text(isolate_, index == ModuleMap::kMain ? "." : "/" + name)},
      {"filename", v8Text(isolate_, "/" + name)},
      {"loaded", v8::False(isolate_)},
      {"exports", v8::Object::New(isolate_)},
      {"require", require},
  }};
  for (const auto& [key, value] : members) {
    if (!module->CreateDataProperty(context, v8Name(isolate_, key), value).FromMaybe(false)) return {};
  }
  if (!require->CreateDataProperty(context, v8Name(isolate_, "main"), mainModule).FromMaybe(false)) return {};
  return module;
}

bool CommonJs::run(v8::Local<v8::Context> context, size_t index, v8::Local<v8::Object> module) {
  const wire::Module& source = modules_.sources()[index];
  v8::Local<v8::String> text = v8Text(isolate_, source.source);
  if (text.IsEmpty()) {
    throwModuleError(isolate_, "The source of " + source.name + " is too long", {});
    return false;
  }
  constexpr size_t kParameters = 5;
  v8::Local<v8::String> parameters[kParameters] = {v8Name(isolate_, "exports"), v8Name(isolate_, "require"),
                                                   v8Name(isolate_, "module"), v8Name(isolate_, "__filename"),
                                                   v8Name(isolate_, "__dirname")};
  v8::ScriptOrigin origin(v8Text(isolate_, source.name));
  v8::ScriptCompiler::Source compilerSource(text, origin);
  v8::Local<v8::Function> function;
  if (!v8::ScriptCompiler::CompileFunction(context, &compilerSource, kParameters, parameters).ToLocal(&function)) {
    return false;
  }
  v8::Local<v8::Value> exports;
  v8::Local<v8::Value> require;
  if (!module->Get(context, v8Name(isolate_, "exports")).ToLocal(&exports) ||
      !module->Get(context, v8Name(isolate_, "require")).ToLocal(&require)) {
    return false;
  }
  v8::Local<v8::Value> arguments[kParameters] = {exports, require, module, v8Text(isolate_, "/" + source.name),
                                                 v8Text(isolate_, folderOf(source.name))};
  hasBegun_ = true;
  if (function->Call(context, exports, kParameters, arguments).IsEmpty()) return false;
  return module->Set(context, v8Name(isolate_, "loaded"), v8::True(isolate_)).FromMaybe(false);
}

int CommonJs::findModule(const std::string& specifier, const std::string& referrer) const {
  std::optional<std::string> name = specifier;
  if (isRelativeSpecifier(specifier)) name = resolveSpecifier(specifier, referrer);
  if (!name && (specifier == "." || specifier == "./")) name = "index";
  if (!name) return -1;
  for (const std::string& candidate : requireCandidates(*name)) {
    if (int index = modules_.find(candidate); index >= 0) return index;
  }
  return -1;
}

v8::MaybeLocal<v8::Value> CommonJs::require(v8::Local<v8::Context> context, const std::string& specifier,
                                            const std::string& referrer) {
  int index = findModule(specifier, referrer);
  if (index < 0) {
    if (auto exports = loadBuiltin(context, specifier)) return exports->FromMaybe(v8::Local<v8::Object>());
    throwModuleError(isolate_, cannotFind(specifier, referrer, modules_.sources()), {});
    return {};
  }
  auto at = static_cast<size_t>(index);
  if (modules_.sources()[at].kind == wire::ModuleKind::kCommonJs) return exportsOf(context, at);
  v8::Local<v8::Value> found;
  if (!modules_.evaluateNow(context, at).ToLocal(&found)) return {};
  if (modules_.sources()[at].kind == wire::ModuleKind::kJavaScript) return found;
  return found.As<v8::Object>()->Get(context, v8Name(isolate_, "default"));
}

void CommonJs::onRequire(const v8::FunctionCallbackInfo<v8::Value>& info) {
  v8::Isolate* isolate = info.GetIsolate();
  if (!info[0]->IsString()) return throwTypeError(isolate, "require needs the name of a module");
  ModuleMap* modules = stateOf(isolate).modules;
  if (modules == nullptr) return;
  std::string specifier = utf8Text(isolate, info[0].As<v8::String>(), wire::kMaxNameBytes);
  std::string referrer = utf8Text(isolate, info.Data().As<v8::String>(), wire::kMaxNameBytes);
  v8::Local<v8::Value> found;
  if (modules->commonJs().require(isolate->GetCurrentContext(), specifier, referrer).ToLocal(&found)) {
    info.GetReturnValue().Set(found);
  }
}

}  // namespace mayfly::guest
