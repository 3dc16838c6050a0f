// SPDX-License-Identifier: Apache-2.0
#include "guest/module_errors.h"

#include <algorithm>
#include <charconv>

#include "base/near_names.h"
#include "base/utf8.h"
#include "guest/group_table.h"
#include "guest/missing_builtins.h"
#include "guest/module_path.h"

namespace mayfly::guest {
namespace {

constexpr size_t kShownNames = 10;
constexpr size_t kShownText = 200;

std::string nameOf(const wire::Module& module) { return module.name; }

template <typename Items, typename Name>
std::string listed(const Items& items, Name name) {
  std::string text;
  size_t shown = std::min<size_t>(items.size(), kShownNames);
  for (size_t i = 0; i < shown; ++i) text += (i == 0 ? "" : ", ") + std::string(utf8Prefix(name(items[i]), kShownText));
  if (shown < items.size()) text += " and " + std::to_string(items.size() - shown) + " more";
  return text;
}

// Modules that differ from what was asked for in their extension or in a letter, as an import would name them.
std::vector<std::string> nearModules(const std::string& wanted, const std::vector<wire::Module>& modules) {
  auto stem = [](std::string_view name) { return std::string(name.substr(0, name.find('.', name.rfind('/') + 1))); };
  constexpr size_t kMaxCompared = 1000;
  constexpr size_t kMost = 3;
  std::vector<std::string> stems;
  for (size_t i = 0; i < std::min(modules.size(), kMaxCompared); ++i) stems.push_back(stem(modules[i].name));
  std::vector<std::string> meant = nearNames(stem(wanted), stems);
  if (std::find(stems.begin(), stems.end(), stem(wanted)) != stems.end()) meant = {stem(wanted)};
  std::vector<std::string> near;
  for (size_t i = 0; i < stems.size() && near.size() < kMost; ++i) {
    if (std::find(meant.begin(), meant.end(), stems[i]) != meant.end()) near.push_back(modules[i].name);
  }
  return near;
}

std::string asSpecifier(const std::string& name, const std::string& referrer) {
  size_t folder = referrer.rfind('/');
  std::string_view here = folder == std::string::npos ? "" : std::string_view(referrer).substr(0, folder + 1);
  return name.starts_with(here) ? "'./" + name.substr(here.size()) + "'" : "'/" + name + "'";
}

std::string advice(std::string_view specifier, const std::string& referrer, const std::vector<wire::Module>& modules) {
  std::string_view scheme = schemeOf(specifier);
  if (isRelativeSpecifier(specifier)) {
    auto wanted = resolveSpecifier(specifier, referrer);
    if (!wanted) return "; it leads out of the modules";
    std::vector<std::string> near = nearModules(*wanted, modules);
    std::erase(near, referrer);
    for (std::string& name : near) name = asSpecifier(name, referrer);
    return near.empty() ? "" : "; did you mean " + alternatives(near) + "?";
  }
  if (std::string why = whyMissing(specifier); !why.empty()) return "; " + why;
  if (scheme == "cloudflare" || scheme == "mayfly") {
    auto builtins = groupBuiltins();
    return "; of the built-in modules there are " + listed(builtins, [](const auto& each) { return each.specifier; });
  }
  if (scheme == "data" || scheme == "blob" || scheme == "http" || scheme == "https") {
    return "; nothing is imported from a URL: add the module to the record and import it by its name";
  }
  std::vector<std::string> names;
  for (const wire::Module& module : modules) names.push_back(module.name);
  if (std::find(names.begin(), names.end(), std::string(specifier)) != names.end()) return "";
  auto beside = std::find_if(names.begin(), names.end(),
                             [&](const std::string& name) { return name.substr(0, name.rfind('.')) == specifier; });
  if (beside != names.end()) return "; did you mean " + asSpecifier(*beside, referrer) + "?";
  return "; packages are not installed in the sandbox: bundle it into the program, or add a module of that name";
}

// " (line 3 column 14)" at the end of V8's text.
bool readPlace(std::string_view text, Place& place) {
  size_t at = text.rfind("(line ");
  if (at == std::string_view::npos) return false;
  const char* end = text.data() + text.size();
  auto line = std::from_chars(text.data() + at + 6, end, place.line);
  constexpr std::string_view kColumn = " column ";
  if (line.ec != std::errc() || !std::string_view(line.ptr, end).starts_with(kColumn)) return false;
  return std::from_chars(line.ptr + kColumn.size(), end, place.column).ec == std::errc();
}

std::string messageOf(v8::Local<v8::Context> context, v8::Local<v8::Value> thrown) {
  v8::Isolate* isolate = v8::Isolate::GetCurrent();
  v8::Local<v8::Value> message;
  bool found = !thrown.IsEmpty() && thrown->IsNativeError() &&
               thrown.As<v8::Object>()->Get(context, v8Name(isolate, "message")).ToLocal(&message) &&
               message->IsString();
  return found ? utf8Text(isolate, message.As<v8::String>(), wire::kMaxNameBytes) : "no more is known";
}

void setStack(v8::Local<v8::Context> context, v8::Local<v8::Object> error, const std::string& title,
              const Place& place) {
  v8::Isolate* isolate = v8::Isolate::GetCurrent();
  std::string stack =
      title + "\n    at " + place.module + ":" + std::to_string(place.line) + ":" + std::to_string(place.column);
  error->DefineOwnProperty(context, v8Name(isolate, "stack"), v8Text(isolate, stack), v8::DontEnum).Check();
}

}  // namespace

void throwModuleError(v8::Isolate* isolate, const std::string& message, const Place& place) {
  v8::Local<v8::Context> context = isolate->GetCurrentContext();
  v8::Local<v8::Object> error = v8::Exception::Error(v8Text(isolate, message)).As<v8::Object>();
  error->DefineOwnProperty(context, v8Name(isolate, "code"), v8Text(isolate, "E_MODULE"), v8::DontEnum).Check();
  if (place.line > 0) setStack(context, error, "Error: " + message, place);
  isolate->ThrowException(error);
}

void throwWasmError(v8::Local<v8::Context> context, const wire::Module& module, v8::Local<v8::Value> thrown) {
  std::string text = messageOf(context, thrown);
  throwModuleError(v8::Isolate::GetCurrent(),
                   module.name + " is not a WebAssembly module that can be compiled: " + text, {});
}

void throwJsonError(v8::Local<v8::Context> context, const wire::Module& module, v8::Local<v8::Value> thrown) {
  v8::Isolate* isolate = v8::Isolate::GetCurrent();
  std::string text = messageOf(context, thrown);
  Place place{.module = module.name};
  if (!readPlace(text, place)) {  // V8 names no place for a text that ends too soon: its end
    place.line = 1 + static_cast<int>(std::count(module.source.begin(), module.source.end(), '\n'));
    size_t lineStart = module.source.rfind('\n') + 1;
    place.column = static_cast<int>(std::max<size_t>(module.source.size() - lineStart, 1));
  }
  v8::Local<v8::Object> error = v8::Exception::SyntaxError(v8Text(isolate, module.name + ": " + text)).As<v8::Object>();
  setStack(context, error, "SyntaxError: " + text, place);
  isolate->ThrowException(error);
}

std::string cannotFind(std::string_view specifier, const std::string& referrer,
                       const std::vector<wire::Module>& modules) {
  std::string message =
      "Cannot find module '" + std::string(utf8Prefix(specifier, kShownText)) + "' imported from " + referrer;
  message += advice(specifier, referrer, modules);
  return message + (message.ends_with('?') ? " Modules here: " : ". Modules here: ") + listed(modules, nameOf);
}

}  // namespace mayfly::guest
