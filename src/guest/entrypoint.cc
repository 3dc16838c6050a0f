// SPDX-License-Identifier: Apache-2.0
#include "guest/entrypoint.h"

#include <algorithm>

#include "base/near_names.h"
#include "guest/groups.h"
#include "guest/guest_state.h"

namespace mayfly::guest {
namespace {

constexpr size_t kShownNames = 10;

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (size_t i = 0; i < std::min(names.size(), kShownNames); ++i) text += (i == 0 ? "" : ", ") + names[i];
  return names.size() > kShownNames ? text + " and more" : text;
}

bool has(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

Entrypoint::Entrypoint(v8::Local<v8::Context> context, const Invocation& invocation)
    : isolate_(v8::Isolate::GetCurrent()), context_(context), what_(invocation) {}

v8::MaybeLocal<v8::Value> Entrypoint::fail(std::string problem) {
  problem_ = std::move(problem);
  return {};
}

// ---- what is there ----

Entrypoint::Names Entrypoint::namesOf(v8::Local<v8::Object> object, bool enumerableOnly) {
  Names names;
  v8::Local<v8::Array> keys;
  auto filter = static_cast<v8::PropertyFilter>(v8::SKIP_SYMBOLS | (enumerableOnly ? v8::ONLY_ENUMERABLE : 0));
  if (object->IsProxy() || !object->GetOwnPropertyNames(context_, filter).ToLocal(&keys)) return names;
  constexpr uint32_t kMost = 1000;
  for (uint32_t i = 0; i < std::min(keys->Length(), kMost); ++i) {
    v8::Local<v8::Value> key;
    if (keys->Get(context_, i).ToLocal(&key) && key->IsString()) {
      names.push_back(utf8Text(isolate_, key.As<v8::String>(), 100));
    }
  }
  return names;
}

// An accessor is no data, and asking for its value would run code before anything was called.
v8::MaybeLocal<v8::Value> Entrypoint::dataProperty(v8::Local<v8::Object> object, const std::string& name) {
  v8::Local<v8::Value> descriptor;
  if (object->IsProxy() || !object->GetOwnPropertyDescriptor(context_, v8Name(isolate_, name)).ToLocal(&descriptor) ||
      !descriptor->IsObject()) {
    return {};
  }
  return descriptor.As<v8::Object>()->Get(context_, v8Name(isolate_, "value"));
}

v8::MaybeLocal<v8::Value> Entrypoint::ofWorkerGroup(const char* name) {
  v8::Local<v8::Object> exports;
  if (!loadGroup(context_, "worker").ToLocal(&exports)) return {};
  return exports->Get(context_, v8Name(isolate_, name));
}

v8::MaybeLocal<v8::Value> Entrypoint::callWorkerGroup(const char* name, Arguments arguments) {
  v8::Local<v8::Value> function;
  if (!ofWorkerGroup(name).ToLocal(&function)) return {};
  return function.As<v8::Function>()->Call(context_, v8::Undefined(isolate_), static_cast<int>(arguments.size()),
                                           arguments.data());
}

bool Entrypoint::isEntrypointClass(v8::Local<v8::Value> value) {
  // A class that extends WorkerEntrypoint exists only where that has been imported.
  v8::Local<v8::Value> base;
  if (!value->IsFunction() || !stateOf(isolate_).workers || !ofWorkerGroup("WorkerEntrypoint").ToLocal(&base)) {
    return false;
  }
  v8::Local<v8::Value> at = value;
  while (at->IsObject() && !at->IsProxy()) {
    at = at.As<v8::Object>()->GetPrototypeV2();
    if (at == base) return true;
  }
  return false;
}

Entrypoint::Names Entrypoint::methodsOf(v8::Local<v8::Function> type) {
  Names methods;
  v8::Local<v8::Value> base;
  if (!ofWorkerGroup("WorkerEntrypoint").ToLocal(&base)) return methods;
  for (v8::Local<v8::Value> at = type; at->IsObject() && !at->IsProxy() && at != base;
       at = at.As<v8::Object>()->GetPrototypeV2()) {
    v8::Local<v8::Value> prototype;
    if (!dataProperty(at.As<v8::Object>(), "prototype").ToLocal(&prototype) || !prototype->IsObject()) continue;
    for (const std::string& name : namesOf(prototype.As<v8::Object>(), false)) {
      v8::Local<v8::Value> value;
      bool method = name != "constructor" && !has(methods, name) &&
                    dataProperty(prototype.As<v8::Object>(), name).ToLocal(&value) && value->IsFunction();
      if (method) methods.push_back(name);
    }
  }
  return methods;
}

Entrypoint::Names Entrypoint::handlerMethods(v8::Local<v8::Object> object) {
  Names methods;
  Names names = namesOf(object, true);
  for (const std::string& name : names) {
    v8::Local<v8::Value> value;
    if (dataProperty(object, name).ToLocal(&value) && value->IsFunction()) methods.push_back(name);
  }
  bool handler = methods.size() == names.size() || has(methods, "run") || has(methods, "fetch") ||
                 (!what_.method.empty() && has(methods, what_.method));
  if (!handler) methods.clear();
  return methods;
}

Entrypoint::Names Entrypoint::methodsOfExport(v8::Local<v8::Value> value, bool& offered) {
  offered = value->IsFunction();
  if (isEntrypointClass(value)) return methodsOf(value.As<v8::Function>());
  if (offered || !value->IsObject() || value->IsPromise()) return {};
  Names methods = handlerMethods(value.As<v8::Object>());
  offered = !methods.empty();
  return methods;
}

std::vector<wire::EntrypointInfo> Entrypoint::describe(v8::Local<v8::Value> loaded, bool exported) {
  std::vector<wire::EntrypointInfo> offers;
  auto offer = [&](const std::string& name, v8::Local<v8::Value> value) {
    bool offered = false;
    Names methods = methodsOfExport(value, offered);
    if (offered && offers.size() < wire::kMaxEntrypoints) offers.push_back({name, std::move(methods)});
  };
  // module.exports is the default where it has none.
  v8::Local<v8::String> byDefault = v8Name(isolate_, "default");
  bool whole = !exported || !loaded->IsObject() ||
               (!loaded->IsModuleNamespaceObject() &&
                !loaded.As<v8::Object>()->HasOwnProperty(context_, byDefault).FromMaybe(false));
  if (whole) offer("default", loaded);
  if (!exported || !loaded->IsObject() || loaded->IsFunction()) return offers;
  for (const std::string& name : namesOf(loaded.As<v8::Object>(), false)) {
    v8::Local<v8::Value> value;
    if (loaded.As<v8::Object>()->Get(context_, v8Name(isolate_, name)).ToLocal(&value)) offer(name, value);
  }
  return offers;
}

// ---- choosing ----

v8::MaybeLocal<v8::Value> Entrypoint::choose(v8::Local<v8::Object> exports) {
  v8::Local<v8::String> key = v8Name(isolate_, isNamed() ? what_.entrypoint : "default");
  if (exports->HasOwnProperty(context_, key).FromMaybe(false)) return exports->Get(context_, key);
  Names names = namesOf(exports, false);
  if (isNamed()) {
    std::string name(what_.entrypoint);
    std::vector<std::string> near = nearNames(name, names);
    std::string meant = near.empty() ? "" : "; did you mean " + alternatives(near) + "?";
    return fail("the main module exports nothing called " + name + meant +
                (names.empty() ? "; it has no exports" : " (it exports " + listed(names) + ")"));
  }
  return chooseWithoutDefault(exports, names);
}

v8::MaybeLocal<v8::Value> Entrypoint::chooseWithoutDefault(v8::Local<v8::Object> exports, const Names& names) {
  if (names.empty()) return v8::Local<v8::Value>(v8::Undefined(isolate_));
  Names classes;
  v8::Local<v8::Value> chosen;
  for (const std::string& name : names) {
    v8::Local<v8::Value> value;
    if (!exports->Get(context_, v8Name(isolate_, name)).ToLocal(&value)) return {};
    if (isEntrypointClass(value)) {
      classes.push_back(name);
      if (classes.size() == 1) chosen = value;
    } else if (classes.empty() && value->IsFunction() && (name == "main" || names.size() == 1)) {
      chosen = value;
    }
  }
  if (classes.size() > 1) {
    return fail("the main module exports several entrypoints: " + listed(classes) + "; choose one with --entrypoint");
  }
  if (!chosen.IsEmpty()) return chosen;
  return fail("the main module has no default export (it exports " + listed(names) +
              "); write `export default async function (input) { ... }`, or choose one with --entrypoint");
}

std::string Entrypoint::pickMethod(const Names& methods, const std::string& of) {
  if (std::string wanted(what_.method); !wanted.empty()) {
    if (has(methods, wanted)) return wanted;
    std::vector<std::string> near = nearNames(wanted, methods);
    std::string meant = near.empty() ? "" : "; did you mean " + alternatives(near) + "?";
    fail(of + " has no method " + wanted + meant +
         (methods.empty() ? "; it has none" : " (it has " + listed(methods) + ")"));
    return {};
  }
  if (has(methods, "run")) return "run";
  if (methods.size() == 1) return methods[0];
  if (has(methods, "fetch")) return "fetch";
  fail(methods.empty()
           ? of + " has no method to call; give it one called run or fetch"
           : of + " has several methods: " + listed(methods) + "; choose one with --method, or call one of them run");
  return {};
}

// ---- calling ----

// Nothing is undefined.
v8::MaybeLocal<v8::Value> Entrypoint::parse(std::string_view json) {
  if (json.empty()) return v8::Local<v8::Value>(v8::Undefined(isolate_));
  v8::Local<v8::String> text = v8Text(isolate_, json);
  if (text.IsEmpty()) return {};
  return v8::JSON::Parse(context_, text);
}

v8::MaybeLocal<v8::Value> Entrypoint::makeCtx() {
  v8::Local<v8::Value> props;
  if (!parse(what_.propsJson).ToLocal(&props)) return {};
  if (props->IsUndefined()) props = v8::Object::New(isolate_);
  return callWorkerGroup("makeContext", {props});
}

bool Entrypoint::readArguments(Arguments& arguments) {
  v8::Local<v8::Value> value;
  if (!parse(what_.argumentsJson.empty() ? what_.inputJson : what_.argumentsJson).ToLocal(&value)) return false;
  if (what_.argumentsJson.empty() || !value->IsArray()) {
    arguments.push_back(value);
    return true;
  }
  auto list = value.As<v8::Array>();
  for (uint32_t i = 0; i < list->Length(); ++i) {
    v8::Local<v8::Value> item;
    if (!list->Get(context_, i).ToLocal(&item)) return false;
    arguments.push_back(item);
  }
  return true;
}

// Adds env and ctx where `wanted` parameters leave room for them.
bool Entrypoint::addEnv(Arguments& arguments, size_t wanted) {
  size_t given = arguments.size();
  v8::Local<v8::Value> value;
  if (wanted <= given) return true;
  if (!callWorkerGroup("getEnv", {}).ToLocal(&value)) return false;
  arguments.push_back(value);
  if (wanted <= given + 1) return true;
  if (!makeCtx().ToLocal(&value)) return false;
  arguments.push_back(value);
  return true;
}

v8::MaybeLocal<v8::Value> Entrypoint::callFunction(v8::Local<v8::Function> function, v8::Local<v8::Value> receiver) {
  Arguments arguments;
  if (!readArguments(arguments)) return {};
  // A default, as in `memo = new Map()`, is not to be overwritten: parameters count up to the first one that has it.
  v8::Local<v8::Value> length;
  int wanted = 1;
  if (dataProperty(function, "length").ToLocal(&length) && length->IsInt32()) wanted = length.As<v8::Int32>()->Value();
  if (!addEnv(arguments, static_cast<size_t>(std::max(wanted, 0)))) return {};
  return function->Call(context_, receiver, static_cast<int>(arguments.size()), arguments.data());
}

v8::MaybeLocal<v8::Value> Entrypoint::callHandler(v8::Local<v8::Object> handler, const Names& methods) {
  std::string name = pickMethod(methods, "the handler object");
  v8::Local<v8::Value> method;
  if (name.empty() || !dataProperty(handler, name).ToLocal(&method)) return {};
  if (name == "fetch") return fetch(handler, method.As<v8::Function>(), true);
  Arguments arguments;
  if (!readArguments(arguments) || !addEnv(arguments, arguments.size() + 2)) return {};
  return method.As<v8::Function>()->Call(context_, handler, static_cast<int>(arguments.size()), arguments.data());
}

v8::MaybeLocal<v8::Value> Entrypoint::callEntrypoint(v8::Local<v8::Function> type) {
  v8::Local<v8::Value> env;
  v8::Local<v8::Value> context;
  std::string name =
      pickMethod(methodsOf(type), "the entrypoint " + utf8Text(isolate_, type->GetName().As<v8::String>(), 100));
  if (name.empty() || !makeCtx().ToLocal(&context) || !callWorkerGroup("getEnv", {}).ToLocal(&env)) return {};
  v8::Local<v8::Value> parts[] = {context, env};
  v8::Local<v8::Object> instance;
  v8::Local<v8::Value> method;
  Arguments arguments;
  if (!type->NewInstance(context_, 2, parts).ToLocal(&instance)) return {};
  if (!instance->Get(context_, v8Name(isolate_, name)).ToLocal(&method)) return {};
  if (!method->IsFunction()) return fail("the entrypoint's " + name + " is not a function once it is constructed");
  if (name == "fetch") return fetch(instance, method.As<v8::Function>(), false);
  if (!readArguments(arguments)) return {};
  return method.As<v8::Function>()->Call(context_, instance, static_cast<int>(arguments.size()), arguments.data());
}

v8::MaybeLocal<v8::Value> Entrypoint::fetch(v8::Local<v8::Object> receiver, v8::Local<v8::Function> method,
                                            bool withEnv) {
  v8::Local<v8::Value> global;
  v8::Local<v8::Value> request;
  Arguments arguments;
  if (!context_->Global()->Get(context_, v8Name(isolate_, "Request")).ToLocal(&global)) return {};
  if (request_.IsEmpty() && !global->IsFunction()) {
    return fail(
        "a fetch handler needs the global Request, which the program has replaced; choose another method with "
        "--method");
  }
  if (!request_.IsEmpty()) {
    request = request_;
  } else if (!readArguments(arguments) || !callWorkerGroup("toRequest", arguments).ToLocal(&request)) {
    return {};
  }
  arguments = {request};
  if (withEnv && !addEnv(arguments, 3)) return {};
  answersRequest_ = true;
  return method->Call(context_, receiver, static_cast<int>(arguments.size()), arguments.data());
}

v8::MaybeLocal<v8::Value> Entrypoint::toResult(v8::Local<v8::Value> response) {
  return callWorkerGroup("toResult", {response});
}

v8::MaybeLocal<v8::Value> Entrypoint::run(v8::Local<v8::Value> entry, bool exported) {
  if (entry->IsFunction()) {
    auto function = entry.As<v8::Function>();
    if (isEntrypointClass(entry)) return callEntrypoint(function);
    if (!what_.method.empty()) return fail("the program is a function and has no method " + std::string(what_.method));
    v8::TryCatch caught(isolate_);
    v8::MaybeLocal<v8::Value> value = callFunction(function, v8::Undefined(isolate_));
    if (!value.IsEmpty() || !caught.HasCaught()) return value;
    v8::Local<v8::String> text;
    bool isClass = function->FunctionProtoToString(context_).ToLocal(&text) && utf8Text(isolate_, text, 5) == "class";
    if (!isClass) {
      caught.ReThrow();
      return {};
    }
    return fail("the class " + utf8Text(isolate_, function->GetName().As<v8::String>(), 100) +
                " cannot be called; let it extend WorkerEntrypoint from \"cloudflare:workers\", or export a function");
  }
  if (exported && entry->IsObject() && !entry->IsPromise()) {
    Names methods = handlerMethods(entry.As<v8::Object>());
    if (!methods.empty()) return callHandler(entry.As<v8::Object>(), methods);
  }
  if (!what_.method.empty())
    return fail("the program has no method " + std::string(what_.method) + ": it is a plain value");
  return entry;
}

}  // namespace mayfly::guest
