// SPDX-License-Identifier: Apache-2.0
// What V8 asks of a module map: static imports, import(), import.meta.

#include "guest/guest_state.h"
#include "guest/module_map.h"
#include "guest/module_path.h"

namespace mayfly::guest {

v8::MaybeLocal<v8::Module> ModuleMap::onResolve(v8::Local<v8::Context> context, size_t index,
                                                v8::Local<v8::Module> referrer) {
  v8::Isolate* isolate = v8::Isolate::GetCurrent();
  ModuleMap* map = stateOf(isolate).modules;
  auto request = referrer->GetModuleRequests()->Get(static_cast<int>(index)).As<v8::ModuleRequest>();
  v8::Location location = referrer->SourceOffsetToLocation(request->GetSourceOffset());
  constexpr int kKeyValueOffset = 3;
  return map->resolve(context, {.specifier = utf8Text(isolate, request->GetSpecifier(), wire::kMaxNameBytes),
                                .attributes = request->GetImportAttributes(),
                                .step = kKeyValueOffset,
                                .place = {.module = map->nameOf(referrer),
                                          .line = location.GetLineNumber() + 1,
                                          .column = location.GetColumnNumber() + 1}});
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
  bool found = map->resolve(context, {.specifier = utf8Text(isolate, specifier, wire::kMaxNameBytes),
                                      .attributes = attributes,
                                      .step = kKeyValue,
                                      .place = {.module = referrer}})
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
  std::string url = moduleUrl(stateOf(isolate).modules->nameOf(module));
  meta->CreateDataProperty(context, v8Name(isolate, "url"), v8Text(isolate, url)).Check();
}

void ModuleMap::install(v8::Isolate* isolate) {
  isolate->SetHostImportModuleDynamicallyCallback(onDynamicImport);
  isolate->SetHostInitializeImportMetaObjectCallback(onImportMeta);
}

}  // namespace mayfly::guest
