// SPDX-License-Identifier: Apache-2.0
#include "scheduler/program_members.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/base64.h"
#include "base/json_text.h"
#include "base/near_names.h"
#include "scheduler/json_check.h"
#include "scheduler/module_record.h"

namespace mayfly {
namespace {

constexpr std::array<std::string_view, 7> kNames = {"code",  "mainModule", "modules",       "env",
                                                    "allow", "limits",     "globalOutbound"};

Error usage(std::string message) { return Error{ErrorCode::kUsage, std::move(message)}; }

// ---- modules ----

struct Form {
  std::string_view key;
  Language language;
};

constexpr std::array kForms = {
    Form{"js", Language::kJavaScript}, Form{"ts", Language::kTypeScript}, Form{"tsx", Language::kTsx},
    Form{"jsx", Language::kJsx},       Form{"cjs", Language::kCommonJs},  Form{"text", Language::kText},
    Form{"json", Language::kJson},     Form{"data", Language::kData},     Form{"wasm", Language::kWasm},
};

Result<SourceModule> readForm(const std::string& name, std::string_view value) {
  auto members = jsonMembers(value, "the module " + shownText(name));
  if (!members) return std::move(members).error();
  std::string known;
  for (const Form& form : kForms) known += (known.empty() ? "" : ", ") + std::string(form.key);
  if (members->size() != 1) {
    return usage("the module " + shownText(name) + " has " + std::to_string(members->size()) +
                 " keys; give exactly one of " + known);
  }
  const JsonMember& member = members->front();
  const auto* form =
      std::find_if(kForms.begin(), kForms.end(), [&](const Form& each) { return each.key == member.name; });
  if (form == kForms.end()) {
    return usage("the module " + shownText(name) + " has the unknown key " + shownText(member.name) + "; give one of " +
                 known);
  }
  if (form->language == Language::kJson) return SourceModule{name, form->language, std::string(member.value)};
  auto text = jsonStringValue(member.value);
  if (!text) return usage("the module " + shownText(name) + ": \"" + member.name + "\" is not a string");
  if (!isBinary(form->language)) return SourceModule{name, form->language, std::move(*text)};
  auto bytes = decodeBase64(*text);
  if (!bytes) {
    return usage("the module " + shownText(name) + ": \"" + member.name +
                 "\" is not base64 (padded, without line ends)");
  }
  return SourceModule{name, form->language, std::move(*bytes)};
}

Result<SourceModule> readModule(const JsonMember& member) {
  auto name = moduleName(member.name);
  if (!name) return std::move(name).error();
  auto text = jsonStringValue(member.value);
  if (!text) {
    if (member.value.starts_with('{')) return readForm(*name, member.value);
    return usage("the module " + shownText(*name) + " is neither text nor an object such as {\"js\": \"...\"}");
  }
  auto language = languageOfModule(*name);
  if (!language) return std::move(language).error();
  if (isBinary(*language)) {
    return usage("the module " + shownText(*name) + " holds bytes: give it as {\"" +
                 (*language == Language::kWasm ? "wasm" : "data") + "\": \"<base64>\"}");
  }
  return SourceModule{*name, *language, std::move(*text)};
}

// The main module comes first.
Result<void> readModules(std::string_view value, std::string_view mainModule, RunRequest& request) {
  auto members = jsonMembers(value, "\"modules\"");
  if (!members) return std::move(members).error();
  if (members->size() > wire::kMaxModules) {
    return Error{ErrorCode::kLimit, "\"modules\" has " + std::to_string(members->size()) + " members; the limit is " +
                                        std::to_string(wire::kMaxModules)};
  }
  auto main = moduleName(mainModule);
  if (!main) return std::move(main).error().within("\"mainModule\"");
  for (const JsonMember& member : *members) {
    auto module = readModule(member);
    if (!module) return std::move(module).error();
    request.modules.push_back(std::move(module).value());
    if (request.modules.back().name == *main) std::swap(request.modules.front(), request.modules.back());
  }
  if (request.modules.empty()) return usage("\"modules\" is empty");
  if (request.modules.front().name == *main) return {};
  std::string names;
  for (size_t i = 0; i < std::min<size_t>(request.modules.size(), 10); ++i) {
    names += (i == 0 ? "" : ", ") + shownText(request.modules[i].name);
  }
  return usage("\"mainModule\" is " + shownText(*main) + ", which is not in \"modules\" (" + names + ")");
}

// ---- limits and grants ----

struct Number {
  std::string_view name;
  double least;
  double most;
  void (*set)(Limits& limits, double value);
};

constexpr double kDay = 24.0 * 3600 * 1000;
constexpr std::array kLimitMembers = {
    Number{"cpuMs", 1, kDay,
           [](Limits& limits, double value) { limits.cpu = std::chrono::nanoseconds(std::llround(value * 1e6)); }},
    Number{"wallMs", 1, kDay,
           [](Limits& limits, double value) { limits.wall = std::chrono::milliseconds(std::llround(value)); }},
    Number{"memoryMb", 8, 4096,
           [](Limits& limits, double value) { limits.memoryBytes = static_cast<uint64_t>(value * (1U << 20U)); }},
    Number{"outputBytes", 16, 64U << 20U,
           [](Limits& limits, double value) { limits.outputBytes = static_cast<uint64_t>(value); }},
    Number{"logBytes", 0, 64U << 20U,
           [](Limits& limits, double value) { limits.logBytes = static_cast<uint64_t>(value); }},
};

Result<void> readLimits(std::string_view value, RunRequest& request) {
  auto members = jsonMembers(value, "\"limits\"");
  if (!members) return std::move(members).error();
  for (const JsonMember& member : *members) {
    const auto* limit = std::find_if(kLimitMembers.begin(), kLimitMembers.end(),
                                     [&](const Number& each) { return each.name == member.name; });
    if (limit == kLimitMembers.end()) {
      std::vector<std::string_view> known(kLimitMembers.size());
      std::transform(kLimitMembers.begin(), kLimitMembers.end(), known.begin(),
                     [](const Number& each) { return each.name; });
      return unknownMember("\"limits\"", member.name, known);
    }
    auto number = jsonNumberValue(member.value);
    if (!number || *number < limit->least || *number > limit->most) {
      std::string text = "\"limits\": " + member.name + " is not a number from ";
      appendJsonNumber(text, limit->least);
      appendJsonNumber(text += " to ", limit->most);
      return usage(text);
    }
    limit->set(request.limits, *number);
  }
  return {};
}

Result<void> readAllow(std::string_view value, RunRequest& request) {
  auto items = jsonItems(value);
  if (!items) return usage("\"allow\" is not a list such as [\"eval\"]");
  for (std::string_view item : *items) {
    auto text = jsonStringValue(item);
    if (!text) return usage("\"allow\" is not a list of strings");
    MAYFLY_TRY(allowCode(request, *text));
  }
  return {};
}

Result<void> readCode(std::string_view value, RunRequest& request) {
  auto text = jsonStringValue(value);
  if (!text) return usage("\"code\" is not a text");
  request.modules.push_back({"code.ts", Language::kAuto, std::move(*text)});
  return {};
}

}  // namespace

Result<std::vector<JsonMember>> openDocument(std::string_view json) {
  if (json.size() > kMaxRunDocument) return Error{ErrorCode::kLimit, "the document has more than 96 MiB"};
  if (auto valid = checkJson(json); !valid) {
    ErrorCode code = valid.error().code == ErrorCode::kLimit ? ErrorCode::kLimit : ErrorCode::kUsage;
    return Error{code, "the document: " + valid.error().message};
  }
  return jsonMembers(json, "the document");
}

Error unknownMember(std::string_view what, std::string_view name, std::span<const std::string_view> known) {
  std::string message = std::string(what) + " has the unknown member " + shownText(name);
  auto near = nearNames(name, {known.begin(), known.end()});
  if (!near.empty()) return usage(message + "; did you mean " + alternatives(near) + "?");
  std::string all;
  for (std::string_view each : known) all.append(all.empty() ? "" : ", ").append(each);
  return usage(message + "; known are " + all);
}

Result<void> readName(const JsonMember& member, std::string& target) {
  auto text = jsonStringValue(member.value);
  if (!text || text->empty()) return usage("\"" + member.name + "\" is not a text with something in it");
  if (text->size() > wire::kMaxNameBytes) {
    return Error{ErrorCode::kLimit, "\"" + member.name + "\" has more than 1024 bytes"};
  }
  target = std::move(*text);
  return {};
}

Result<void> allowCode(RunRequest& request, std::string_view what) {
  if (what != "eval" && what != "wasm") {
    return usage("nothing is called " + shownText(what) + " that could be allowed; known are eval and wasm");
  }
  (what == "eval" ? request.allowEval : request.allowWasm) = true;
  return {};
}

std::span<const std::string_view> ProgramMembers::names() { return kNames; }

Result<bool> ProgramMembers::take(const JsonMember& member) {
  if (std::find(kNames.begin(), kNames.end(), member.name) == kNames.end()) return false;
  if (member.name == "mainModule") {
    MAYFLY_TRY(readName(member, main_));
  } else if (member.name == "limits") {
    MAYFLY_TRY(readLimits(member.value, request_));
  } else if (member.name == "allow") {
    MAYFLY_TRY(readAllow(member.value, request_));
  } else if (member.name == "env") {
    if (!member.value.starts_with('{')) return usage("\"env\" is not an object");
    request_.envJson = member.value;
  } else if (member.name == "globalOutbound") {
    if (member.value != "null") return usage("\"globalOutbound\" can only be null here: no network");
  } else {
    (member.name == "code" ? code_ : modules_) = member.value;
  }
  return true;
}

Result<void> ProgramMembers::finish() {
  if (!code_.empty() && !(modules_.empty() && main_.empty())) {
    return usage("give \"code\", or \"mainModule\" and \"modules\", not both");
  }
  if (!code_.empty()) {
    MAYFLY_TRY(readCode(code_, request_));
  } else if (modules_.empty() || main_.empty()) {
    return usage("the document needs \"mainModule\" and \"modules\", or \"code\"");
  } else {
    MAYFLY_TRY(readModules(modules_, main_, request_));
  }
  return checkModules(request_.modules);
}

}  // namespace mayfly
