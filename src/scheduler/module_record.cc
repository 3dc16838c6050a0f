// SPDX-License-Identifier: Apache-2.0
#include "scheduler/module_record.h"

#include <algorithm>
#include <array>
#include <unordered_set>

#include "base/json_text.h"
#include "base/utf8.h"

namespace mayfly {
namespace {

struct Extension {
  std::string_view extension;
  Language language;
};

constexpr std::array kExtensions = {
    Extension{".js", Language::kJavaScript}, Extension{".mjs", Language::kJavaScript},
    Extension{".ts", Language::kTypeScript}, Extension{".mts", Language::kTypeScript},
    Extension{".tsx", Language::kTsx},       Extension{".jsx", Language::kJsx},
    Extension{".cjs", Language::kCommonJs},  Extension{".json", Language::kJson},
    Extension{".txt", Language::kText},      Extension{".md", Language::kText},
    Extension{".html", Language::kText},     Extension{".css", Language::kText},
    Extension{".csv", Language::kText},      Extension{".sql", Language::kText},
    Extension{".bin", Language::kData},      Extension{".wasm", Language::kWasm},
};

constexpr size_t kMaxSegments = 64;

Error usage(std::string message) { return Error{ErrorCode::kUsage, std::move(message)}; }
Error limit(std::string message) { return Error{ErrorCode::kLimit, std::move(message)}; }

}  // namespace

bool isCode(Language language) {
  return language != Language::kJson && language != Language::kText && !isBinary(language);
}

bool isBinary(Language language) { return language == Language::kData || language == Language::kWasm; }

Result<Language> languageOfModule(std::string_view name) {
  std::string known;
  for (const Extension& each : kExtensions) {
    if (name.size() > each.extension.size() && name.ends_with(each.extension)) return each.language;
    known += (known.empty() ? "" : " ") + std::string(each.extension);
  }
  return usage("the module " + shownText(name) + " has no extension that says what it is (" + known +
               "); rename it, or give it as an object such as {\"text\": ...}");
}

Result<std::string> moduleName(std::string_view path) {
  while (path.starts_with("./")) path.remove_prefix(2);
  if (path.empty()) return usage("a module needs a name, such as \"lib/dates.ts\"");
  if (path.size() > wire::kMaxNameBytes) return limit("a module's name has more than 1024 bytes: " + shownText(path));
  if (!isUtf8(path)) return usage("a module's name is not UTF-8: " + shownText(path));
  size_t segments = 0;
  for (std::string_view rest = path;; ++segments) {
    size_t slash = rest.find('/');
    std::string_view segment = rest.substr(0, slash);
    if (segment.empty() || segment == "." || segment == "..") {
      return usage("the module name " + shownText(path) +
                   " is not a plain relative path: no leading or double slash, no \".\" or \"..\"");
    }
    if (slash == std::string_view::npos) break;
    rest.remove_prefix(slash + 1);
  }
  if (segments >= kMaxSegments) return limit("the module name " + shownText(path) + " has more than 64 folders");
  for (char c : path) {
    auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F || c == '\\') {
      return usage("the module name " + shownText(path) + " holds a backslash or a control character");
    }
  }
  return std::string(path);
}

Result<void> checkModules(const std::vector<SourceModule>& modules) {
  if (modules.empty()) return usage("the run has no module");
  if (modules.size() > wire::kMaxModules) {
    return limit("the run has " + std::to_string(modules.size()) + " modules; the limit is " +
                 std::to_string(wire::kMaxModules) + ": bundle them");
  }
  std::unordered_set<std::string_view> names;
  size_t total = 0;
  for (const SourceModule& module : modules) {
    if (module.name.size() > wire::kMaxNameBytes) return limit("a module's name has more than 1024 bytes");
    if (!names.insert(module.name).second) return usage("two modules are called " + shownText(module.name));
    if (!isBinary(module.language) && !isUtf8(module.source)) {
      return usage("the module " + shownText(module.name) + " is not UTF-8 text; give bytes as data");
    }
    total += module.name.size() + module.source.size();
  }
  if (total > wire::kMaxModuleBytes) {
    return limit("the run's modules have " + std::to_string(total) + " bytes; the limit is 64 MiB in all");
  }
  if (!isCode(modules.front().language)) {
    return usage("the main module " + shownText(modules.front().name) +
                 " is no code; name one that is JavaScript or TypeScript");
  }
  return {};
}

Result<void> checkRun(const RunRequest& request) {
  MAYFLY_TRY(checkModules(request.modules));
  size_t total = 0;
  for (const SourceModule& module : request.modules) total += module.name.size() + module.source.size();
  for (const std::string* json : {&request.inputJson, &request.argumentsJson, &request.envJson, &request.propsJson}) {
    total += json->size();
  }
  constexpr size_t kOtherFields = 4096 + size_t{16} * wire::kMaxModules;
  if (total + kOtherFields > wire::kMaxJobPayload) {
    return Error{ErrorCode::kLimit, "the run has more than 64 MiB of input and modules"};
  }
  if (std::max(request.entrypoint.size(), request.method.size()) > wire::kMaxNameBytes) {
    return Error{ErrorCode::kLimit, "the name of the entrypoint or of its method has more than 1024 bytes"};
  }
  return {};
}

}  // namespace mayfly
