// SPDX-License-Identifier: Apache-2.0
#include "cli/run_request.h"

#include <algorithm>
#include <filesystem>

#include "base/json_text.h"
#include "base/quantity.h"
#include "base/utf8.h"
#include "cli/run_input.h"
#include "scheduler/json_check.h"
#include "scheduler/json_members.h"
#include "scheduler/module_record.h"
#include "scheduler/run_document.h"

namespace mayfly::cli {
namespace {

Error usageError(std::string message) { return Error{ErrorCode::kUsage, std::move(message)}; }

Result<void> setLimit(const std::string& text, std::string_view flag, uint64_t& target, uint64_t least, uint64_t most) {
  if (text.empty()) return {};
  auto bytes = parseBytes(text);
  if (!bytes) return std::move(bytes).error().within(flag);
  if (*bytes < least || *bytes > most) {
    return Error{ErrorCode::kUsage, std::string(flag) + ": " + text + " is not between " + std::to_string(least) +
                                        " and " + std::to_string(most) + " bytes"};
  }
  target = *bytes;
  return {};
}

template <typename Duration>
Result<void> setLimit(const std::string& text, std::string_view flag, Duration& target, Duration least) {
  if (text.empty()) return {};
  auto duration = parseDuration(text);
  if (!duration) return std::move(duration).error().within(flag);
  target = std::chrono::duration_cast<Duration>(*duration);
  if (target < least || target > std::chrono::hours(24)) {
    return Error{ErrorCode::kUsage, std::string(flag) + ": " + text + " is not between 1ms and 24h"};
  }
  return {};
}

Result<void> readLimits(const RunFlags& flags, Limits& limits) {
  MAYFLY_TRY(setLimit<std::chrono::nanoseconds>(flags.cpu, "--cpu", limits.cpu, std::chrono::milliseconds(1)));
  MAYFLY_TRY(setLimit<std::chrono::milliseconds>(flags.wall, "--wall", limits.wall, std::chrono::milliseconds(1)));
  MAYFLY_TRY(setLimit(flags.memory, "--memory", limits.memoryBytes, 8U << 20U, uint64_t{4} << 30U));
  MAYFLY_TRY(setLimit(flags.output, "--output-limit", limits.outputBytes, 16, 64U << 20U));
  MAYFLY_TRY(setLimit(flags.logs, "--log-limit", limits.logBytes, 0, 64U << 20U));
  return {};
}

// PATH=FILE, or a PATH that is both: then the module's name is its path as seen from the program's folder.
Result<SourceModule> readModuleFlag(const std::string& argument, const std::string& program) {
  size_t split = argument.find('=');
  std::string path = argument.substr(split == std::string::npos ? 0 : split + 1);
  std::string wanted = argument.substr(0, split);
  if (split == std::string::npos && program != "-") {
    std::error_code failure;
    auto folder = std::filesystem::absolute(program, failure).lexically_normal().parent_path();
    wanted = std::filesystem::absolute(path, failure).lexically_normal().lexically_relative(folder).string();
    if (wanted.starts_with("..")) {
      return usageError("--module: " + path +
                        " lies outside the program's folder; say under which name it is imported: "
                        "--module lib/" +
                        std::filesystem::path(path).filename().string() + "=" + path);
    }
  }
  auto name = moduleName(wanted);
  if (!name) return std::move(name).error().within("--module");
  auto language = languageOfModule(*name);
  if (!language) return std::move(language).error().within("--module");
  auto bytes = readFile(path);
  if (!bytes) return std::move(bytes).error().within("--module");
  SourceModule module{std::move(*name), *language, std::move(*bytes)};
  if (!isBinary(*language)) {
    if (!isUtf8(module.source)) return usageError("--module: " + path + " is not UTF-8 text");
    if (module.source.starts_with("\xEF\xBB\xBF")) module.source.erase(0, 3);
  }
  return module;
}

Result<RunRequest> readModules(const RunFlags& flags) {
  if (!flags.document.empty()) {
    if (!flags.program.empty() || !flags.modules.empty()) {
      return usageError("--modules brings the whole program: give neither FILE nor --module");
    }
    auto text = readFile(flags.document);
    if (!text) return std::move(text).error().within("--modules");
    auto request = parseRunDocument(*text);
    return request ? std::move(request) : Result<RunRequest>(std::move(request).error().within("--modules"));
  }
  if (flags.program.empty()) return usageError("FILE or --modules is required; see mayfly run --help");
  RunRequest request;
  auto program = readProgram(flags.program);
  if (!program) return std::move(program).error();
  request.modules.push_back(std::move(program).value());
  for (const std::string& argument : flags.modules) {
    auto module = readModuleFlag(argument, flags.program);
    if (!module) return std::move(module).error();
    request.modules.push_back(std::move(module).value());
  }
  MAYFLY_TRY(checkModules(request.modules));
  return request;
}

Result<std::string> checkedJson(const std::string& text, std::string_view flag, char first) {
  if (auto valid = checkJson(text); !valid) {
    return usageError(std::string(flag) + " is not JSON (" + valid.error().message + ")");
  }
  size_t begin = text.find_first_not_of(" \t\r\n");
  if (first != 0 && text[begin] != first) {
    return usageError(std::string(flag) +
                      (first == '[' ? " is not a list, such as '[1, \"two\"]'" : " is not an object"));
  }
  return text;
}

// One object of what the document has, what --env-json adds, and what --env adds to that.
Result<void> readEnv(const RunFlags& flags, RunRequest& request) {
  std::vector<std::pair<std::string, std::string>> env;
  auto set = [&env](const std::string& name, std::string value) {
    auto known = std::find_if(env.begin(), env.end(), [&](const auto& each) { return each.first == name; });
    if (known != env.end()) {
      known->second = std::move(value);
    } else {
      env.emplace_back(name, std::move(value));
    }
  };
  auto setAll = [&](const std::string& json, std::string_view what) -> Result<void> {
    if (json.empty()) return {};
    auto members = jsonMembers(json, what);
    if (!members) return std::move(members).error();
    for (const JsonMember& member : *members) set(member.name, std::string(member.value));
    return {};
  };
  MAYFLY_TRY(setAll(request.envJson, "\"env\""));
  if (!flags.envFile.empty()) {
    auto text = readFile(flags.envFile);
    if (!text) return std::move(text).error().within("--env-json");
    auto json = checkedJson(*text, "--env-json", '{');
    if (!json) return std::move(json).error();
    MAYFLY_TRY(setAll(*json, "--env-json"));
  }
  for (const std::string& argument : flags.env) {
    size_t split = argument.find('=');
    if (split == std::string::npos || split == 0) {
      return usageError("--env wants NAME=VALUE, such as REGION=eu; got '" + argument + "'");
    }
    set(argument.substr(0, split), jsonString(argument.substr(split + 1)));
  }
  if (env.empty()) return {};
  request.envJson.clear();
  JsonObject object(request.envJson);
  for (const auto& [name, value] : env) object.raw(name, value);
  return {};
}

Result<void> readValues(const RunFlags& flags, RunRequest& request) {
  bool hasInput = !flags.input.empty() || !flags.files.empty();
  if (hasInput && !flags.arguments.empty()) return usageError("give --args, or --input and --file, not both");
  if (hasInput) {
    auto input = readInput(flags.input, flags.files);
    if (!input) return std::move(input).error();
    request.inputJson = std::move(input).value();
    request.argumentsJson.clear();
  }
  if (!flags.arguments.empty()) {
    auto arguments = checkedJson(flags.arguments, "--args", '[');
    if (!arguments) return std::move(arguments).error();
    request.argumentsJson = std::move(arguments).value();
    request.inputJson.clear();
  }
  if (!flags.props.empty()) {
    auto props = checkedJson(flags.props, "--props", 0);
    if (!props) return std::move(props).error();
    request.propsJson = std::move(props).value();
  }
  return {};
}

}  // namespace

Result<RunRequest> readRunRequest(const RunFlags& flags) {
  auto read = readModules(flags);
  if (!read) return std::move(read).error();
  RunRequest request = std::move(read).value();
  MAYFLY_TRY(readLimits(flags, request.limits));
  MAYFLY_TRY(readValues(flags, request));
  MAYFLY_TRY(readEnv(flags, request));
  if (!flags.entrypoint.empty()) request.entrypoint = flags.entrypoint;
  if (!flags.method.empty()) request.method = flags.method;
  for (const std::string& what : flags.allow) {
    if (auto allowed = allowCode(request, what); !allowed) return std::move(allowed).error().within("--allow");
  }
  request.trace = flags.trace;
  return request;
}

}  // namespace mayfly::cli
