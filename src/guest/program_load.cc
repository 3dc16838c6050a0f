// SPDX-License-Identifier: Apache-2.0
// The first phase of a program: from its text to what is to be run.

#include "guest/failure.h"
#include "guest/last_expression.h"
#include "guest/program.h"

namespace mayfly::guest {
namespace {

// A statement in front of every script. It is the script's value when nothing after it has one, which tells a program
// of mere declarations from one that ran something.
constexpr std::string_view kNothingRan = "\"mayfly:nothing ran\";";

// `await [1]` and the like: in a module it waits, in a script it is a member of something called await.
bool hasAmbiguousAwait(std::string_view source) {
  constexpr std::string_view kAwait = "await";
  for (size_t at = source.find(kAwait); at != std::string_view::npos; at = source.find(kAwait, at + 1)) {
    size_t next = source.find_first_not_of(" \t", at + kAwait.size());
    if (next != std::string_view::npos && std::string_view("([`+-/").find(source[next]) != std::string_view::npos) {
      return true;
    }
  }
  return false;
}

bool mentionsModules(std::string_view source) {
  return source.find("import") != std::string_view::npos || source.find("export") != std::string_view::npos ||
         hasAmbiguousAwait(source);
}

// In the order of their making; numbers, which come first in every object, are left out.
v8::MaybeLocal<v8::Array> globalNames(v8::Local<v8::Context> context) {
  auto filter = static_cast<v8::PropertyFilter>(v8::ONLY_ENUMERABLE | v8::SKIP_SYMBOLS);
  return context->Global()->GetPropertyNames(context, v8::KeyCollectionMode::kOwnOnly, filter,
                                             v8::IndexFilter::kSkipIndices, v8::KeyConversionMode::kConvertToString);
}

// What a script declares cannot be deleted (ECMA-262, 9.1.1.4.18); every global of ours can.
bool isDeclared(v8::Local<v8::Context> context, v8::Local<v8::Value> name) {
  v8::PropertyAttribute attributes = v8::None;
  return context->Global()->GetPropertyAttributes(context, name).To(&attributes) && (attributes & v8::DontDelete) != 0;
}

}  // namespace

v8::MaybeLocal<v8::Script> Program::compileScript(bool asExpression) {
  const wire::Module& main = job_.modules.front();
  std::string prefix(kNothingRan);
  if (asExpression) prefix += '(';
  std::string text = prefix + main.source + (asExpression ? "\n)" : "");
  // A hashbang is a comment only at the very start of a text.
  if (main.source.starts_with("#!")) text.replace(prefix.size(), 2, "//");
  v8::Local<v8::String> source = v8Text(isolate_, text);
  if (source.IsEmpty()) return {};
  // The prefix takes no columns: what the program sees starts at line 1, column 1.
  v8::ScriptOrigin origin(v8Text(isolate_, main.name), 0, -static_cast<int>(prefix.size()));
  v8::ScriptCompiler::Source compilerSource(source, origin);
  return v8::ScriptCompiler::Compile(context_, &compilerSource, v8::ScriptCompiler::kEagerCompile);
}

// As statements, or as a whole expression that is none, such as `async function (input) {}`. Leaves no exception
// behind.
v8::MaybeLocal<v8::Script> Program::compileAnyScript() {
  v8::TryCatch ignored(isolate_);
  v8::Local<v8::Script> script;
  if (compileScript(false).ToLocal(&script)) return script;
  ignored.Reset();
  return compileScript(true);
}

bool Program::exportsNothing(v8::Local<v8::Module> module) {
  v8::Local<v8::Array> names;
  v8::Local<v8::Object> exports = module->GetModuleNamespace().As<v8::Object>();
  // The common case first: it is quicker to ask for one name than for all.
  if (exports->HasOwnProperty(context_, v8Name(isolate_, "default")).FromMaybe(true)) return false;
  return exports->GetOwnPropertyNames(context_).ToLocal(&names) && names->Length() == 0;
}

// A module that neither imports, exports nor awaits: it means the same as a script, and a script has a value.
bool Program::isPlain(v8::Local<v8::Module> module) {
  if (module->GetModuleRequests()->Length() > 0) return false;
  if (!modules_.link(context_, module) || module->IsGraphAsync()) return false;
  return exportsNothing(module);
}

// The rule: what is valid as a script is run as one, for its value. Everything else is a module. The two attempts are
// ordered by a glance at the text so that the common case compiles once; the answer does not depend on the order.
bool Program::load() {
  wire::ModuleKind kind = job_.modules.front().kind;
  if (kind == wire::ModuleKind::kCommonJs) return loadCommonJs();
  if (kind != wire::ModuleKind::kJavaScript) {
    report(plainFailure(ErrorCode::kEntrypoint, job_.modules.front().name + " is data and cannot be the main module"));
    return false;
  }
  bool mayBeModule = mentionsModules(job_.modules.front().source);
  v8::Local<v8::Script> script;
  v8::Local<v8::Module> module;
  if (!mayBeModule && compileAnyScript().ToLocal(&script)) return loadScript(script);
  v8::TryCatch attempt(isolate_);
  if (!modules_.compile(context_, ModuleMap::kMain).ToLocal(&module)) {
    if (mayBeModule && compileAnyScript().ToLocal(&script)) return loadScript(script);
    // When nothing else parses either, the module's error is the one to report.
    reportCaught(attempt, ErrorCode::kSyntax);
    return false;
  }
  if (mayBeModule && isPlain(module) && compileScript(false).ToLocal(&script)) return loadScript(script);
  attempt.Reset();
  return loadModule(module);
}

bool Program::loadScript(v8::Local<v8::Script> script) {
  mark(&wire::Timings::compiled);
  v8::TryCatch caught(isolate_);
  bool loaded = script->Run(context_).ToLocal(&loaded_);
  if (loaded && loaded_->IsString() &&
      loaded_.As<v8::String>()->StringEquals(v8Text(isolate_, kNothingRan.substr(1, kNothingRan.size() - 3)))) {
    loaded = declaredFunction().ToLocal(&loaded_);
  }
  if (!loaded) reportCaught(caught, ErrorCode::kException);
  return loaded;
}

// A program of declarations: its one function is meant to be called, or the one named main.
v8::MaybeLocal<v8::Value> Program::declaredFunction() {
  v8::Local<v8::Array> names;
  if (!globalNames(context_).ToLocal(&names)) return {};
  v8::Local<v8::Value> only;
  size_t count = 0;
  for (uint32_t i = 0; i < names->Length(); ++i) {
    v8::Local<v8::Value> name;
    v8::Local<v8::Value> value;
    if (!names->Get(context_, i).ToLocal(&name)) return {};
    if (!isDeclared(context_, name)) continue;
    if (!context_->Global()->Get(context_, name).ToLocal(&value)) return {};
    if (!value->IsFunction()) continue;
    ++count;
    only = value;
    if (name.As<v8::String>()->StringEquals(v8Name(isolate_, "main"))) return value;
  }
  if (count == 1) return only;
  if (count == 0) return v8::Local<v8::Value>(v8::Undefined(isolate_));
  report(plainFailure(ErrorCode::kEntrypoint, "the program declares " + std::to_string(count) +
                                                  " functions and runs none; name one of them main, call one, or "
                                                  "write `export default async function`"));
  return {};
}

// A module that is missing, an import that has no such export, a module that does not parse: all are found here.
void Program::reportUnlinked(const v8::TryCatch& caught) {
  v8::Local<v8::Value> thrown = caught.Exception();
  v8::Local<v8::Value> name;
  if (thrown->IsNativeError() && thrown.As<v8::Object>()->Get(context_, v8Name(isolate_, "name")).ToLocal(&name) &&
      name->IsString() && name.As<v8::String>()->StringEquals(v8Name(isolate_, "RangeError"))) {
    return report(plainFailure(
        ErrorCode::kLimit, "the modules import each other in too long a chain; shorten it, or bundle them into one"));
  }
  v8::Local<v8::Value> code;
  bool missing = thrown->IsObject() &&
                 thrown.As<v8::Object>()->Get(context_, v8Name(isolate_, "code")).ToLocal(&code) && code->IsString();
  reportCaught(caught, missing ? ErrorCode::kModule : ErrorCode::kSyntax);
}

bool Program::loadCommonJs() {
  v8::TryCatch caught(isolate_);
  if (!modules_.commonJs().exportsOf(context_, ModuleMap::kMain).ToLocal(&loaded_)) {
    // What does not parse has a message and has run nothing.
    bool ran = modules_.commonJs().hasBegun();
    reportCaught(caught, ran ? ErrorCode::kException : ErrorCode::kSyntax);
    return false;
  }
  mark(&wire::Timings::compiled);
  shape_ = Shape::kCommonJs;
  exported_ = true;
  return true;
}

bool Program::loadModule(v8::Local<v8::Module> module) {
  v8::TryCatch caught(isolate_);
  shape_ = Shape::kNamespace;
  exported_ = true;
  if (!modules_.link(context_, module)) {
    reportUnlinked(caught);
    return false;
  }
  if (exportsNothing(module)) {
    if (auto last = exportLastExpression(isolate_, job_.modules.front());
        last && modules_.replaceMain(last->module) && modules_.link(context_, last->module)) {
      module = last->module;
      engine_.state().moved = last->moved;
      exported_ = false;
    }
  }
  mark(&wire::Timings::compiled);
  mainModule_ = module;
  v8::Local<v8::Value> evaluated;
  if (!module->Evaluate(context_).ToLocal(&evaluated)) {
    reportCaught(caught, ErrorCode::kException);
    return false;
  }
  if (!settle(evaluated).ToLocal(&evaluated)) return false;
  mainModule_.Clear();
  loaded_ = module->GetModuleNamespace();
  return true;
}

}  // namespace mayfly::guest
