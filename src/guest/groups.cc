// SPDX-License-Identifier: Apache-2.0
#include "guest/groups.h"

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "base/check.h"
#include "guest/group_table.h"
#include "guest/native/natives.h"

namespace mayfly::guest {
namespace {

// A slot of each context: an object with, by index, the module object of every group that has run there.
constexpr int kModulesSlot = 1;

std::vector<v8::Global<v8::UnboundScript>>& hotScripts() {
  static auto& scripts = *new std::vector<v8::Global<v8::UnboundScript>>(groupTexts().size());
  return scripts;
}

// V8 reads the text where it lies; it is never freed.
class StaticText final : public v8::String::ExternalOneByteStringResource {
 public:
  explicit StaticText(const GroupText& group)
      : begin_(group.begin), size_(static_cast<size_t>(group.end - group.begin)) {}
  [[nodiscard]] const char* data() const override { return begin_; }
  [[nodiscard]] size_t length() const override { return size_; }

 protected:
  void Dispose() override {}

 private:
  const char* begin_;
  size_t size_;
};

v8::MaybeLocal<v8::UnboundScript> compileGroup(v8::Isolate* isolate, size_t index) {
  const GroupText& group = groupTexts()[index];
  static auto& texts = *new std::vector<std::unique_ptr<StaticText>>(groupTexts().size());
  if (!texts[index]) texts[index] = std::make_unique<StaticText>(group);
  v8::Local<v8::String> text;
  if (!v8::String::NewExternalOneByte(isolate, texts[index].get()).ToLocal(&text)) return {};
  v8::ScriptOrigin origin(v8Text(isolate, std::string("mayfly:") + group.name));
  v8::ScriptCompiler::Source source(text, origin);
  return v8::ScriptCompiler::CompileUnboundScript(
      isolate, &source, group.compiled ? v8::ScriptCompiler::kEagerCompile : v8::ScriptCompiler::kNoCompileOptions);
}

v8::Local<v8::Object> modulesOf(v8::Local<v8::Context> context) {
  return context->GetEmbedderDataV2(kModulesSlot).As<v8::Value>().As<v8::Object>();
}

int indexOf(std::string_view name) {
  std::span<const GroupText> groups = groupTexts();
  auto found = std::find_if(groups.begin(), groups.end(), [&](const GroupText& group) { return name == group.name; });
  return found == groups.end() ? -1 : static_cast<int>(found - groups.begin());
}

void requireForGroup(const v8::FunctionCallbackInfo<v8::Value>& info) {
  v8::Isolate* isolate = info.GetIsolate();
  v8::Local<v8::Context> context = isolate->GetCurrentContext();
  std::string name = info[0]->IsString() ? utf8Text(isolate, info[0].As<v8::String>(), 200) : std::string();
  constexpr std::string_view kGroup = "group:";
  constexpr std::string_view kNative = "native:";
  v8::MaybeLocal<v8::Object> found;
  if (name.starts_with(kGroup)) {
    found = loadGroup(context, std::string_view(name).substr(kGroup.size()));
  } else if (name.starts_with(kNative)) {
    found = makeNatives(context, std::string_view(name).substr(kNative.size()));
  } else {
    throwTypeError(isolate, "nothing is called " + name);
  }
  v8::Local<v8::Object> exports;
  if (found.ToLocal(&exports)) info.GetReturnValue().Set(exports);
}

v8::MaybeLocal<v8::Object> runGroup(v8::Local<v8::Context> context, size_t index, v8::Local<v8::Object> module) {
  v8::Isolate* isolate = v8::Isolate::GetCurrent();
  v8::Local<v8::UnboundScript> unbound = hotScripts()[index].Get(isolate);
  if (unbound.IsEmpty() && !compileGroup(isolate, index).ToLocal(&unbound)) return {};
  v8::Local<v8::Value> function;
  v8::Local<v8::Function> require;
  v8::Local<v8::Value> ignored;
  if (!unbound->BindToCurrentContext()->Run(context).ToLocal(&function) ||
      !v8::Function::New(context, requireForGroup).ToLocal(&require)) {
    return {};
  }
  v8::Local<v8::Value> arguments[] = {module, require};
  if (!function.As<v8::Function>()->Call(context, v8::Undefined(isolate), 2, arguments).ToLocal(&ignored)) return {};
  v8::Local<v8::Value> exports;
  if (!module->Get(context, v8Name(isolate, "exports")).ToLocal(&exports)) return {};
  return exports.As<v8::Object>();
}

v8::MaybeLocal<v8::Object> loadGroupAt(v8::Local<v8::Context> context, size_t index) {
  v8::Isolate* isolate = v8::Isolate::GetCurrent();
  v8::Context::Scope scope(context);
  v8::Local<v8::Object> modules = modulesOf(context);
  v8::Local<v8::Value> known;
  v8::Local<v8::String> exportsKey = v8Name(isolate, "exports");
  if (!modules->Get(context, static_cast<uint32_t>(index)).ToLocal(&known)) return {};
  if (known->IsObject()) {
    // As in CommonJS, a group in a cycle sees what the other has exported so far.
    v8::Local<v8::Value> exports;
    if (!known.As<v8::Object>()->Get(context, exportsKey).ToLocal(&exports)) return {};
    return exports.As<v8::Object>();
  }
  v8::Local<v8::Object> module = v8::Object::New(isolate);
  if (module->CreateDataProperty(context, exportsKey, v8::Object::New(isolate)).IsNothing() ||
      modules->Set(context, static_cast<uint32_t>(index), module).IsNothing()) {
    return {};
  }
  return runGroup(context, index, module);
}

// The first access of a global.
void getGlobal(v8::Local<v8::Name> name, const v8::PropertyCallbackInfo<v8::Value>& info) {
  v8::Isolate* isolate = info.GetIsolate();
  v8::Local<v8::Context> context = isolate->GetCurrentContext();
  v8::Local<v8::Object> exports;
  v8::Local<v8::Value> value;
  if (loadGroupAt(context, info.Data().As<v8::Uint32>()->Value()).ToLocal(&exports) &&
      exports->Get(context, name).ToLocal(&value)) {
    info.GetReturnValue().Set(value);
  }
}

}  // namespace

void compileGroups(v8::Isolate* isolate) {
  v8::HandleScope scope(isolate);
  v8::Local<v8::Context> context = v8::Context::New(isolate);
  v8::Context::Scope inside(context);
  for (size_t i = 0; i < groupTexts().size(); ++i) {
    if (!groupTexts()[i].compiled) continue;
    v8::Local<v8::UnboundScript> script;
    MAYFLY_CHECK(compileGroup(isolate, i).ToLocal(&script));
    hotScripts()[i].Reset(isolate, script);
  }
}

void installGroups(v8::Local<v8::Context> context) {
  v8::Isolate* isolate = v8::Isolate::GetCurrent();
  context->SetEmbedderDataV2(kModulesSlot, v8::Object::New(isolate));
  for (const GroupGlobal& global : groupGlobals()) {
    v8::Local<v8::Value> index = v8::Integer::NewFromUnsigned(isolate, static_cast<uint32_t>(global.group));
    context->Global()
        ->SetLazyDataProperty(context, v8Name(isolate, global.name), getGlobal, index,
                              global.enumerable ? v8::None : v8::DontEnum)
        .Check();
  }
}

void runHotGroups(v8::Local<v8::Context> context) {
  for (size_t i = 0; i < groupTexts().size(); ++i) {
    v8::HandleScope scope(v8::Isolate::GetCurrent());
    if (groupTexts()[i].hot) MAYFLY_CHECK(!loadGroupAt(context, i).IsEmpty());
  }
  v8::Isolate::GetCurrent()->PerformMicrotaskCheckpoint();  // or every child would run what they have queued
}

v8::MaybeLocal<v8::Object> loadGroup(v8::Local<v8::Context> context, std::string_view name) {
  int index = indexOf(name);
  if (index < 0) {
    throwTypeError(v8::Isolate::GetCurrent(), "there is no group " + std::string(name));
    return {};
  }
  return loadGroupAt(context, static_cast<size_t>(index));
}

std::optional<v8::MaybeLocal<v8::Object>> loadBuiltin(v8::Local<v8::Context> context, std::string_view specifier) {
  for (const GroupBuiltin& builtin : groupBuiltins()) {
    if (specifier == builtin.specifier) return loadGroupAt(context, static_cast<size_t>(builtin.group));
  }
  return std::nullopt;
}

}  // namespace mayfly::guest
