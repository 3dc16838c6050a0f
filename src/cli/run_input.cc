// SPDX-License-Identifier: Apache-2.0
#include "cli/run_input.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <filesystem>

#include "base/json_text.h"
#include "base/syscall.h"
#include "base/unique_fd.h"
#include "base/utf8.h"
#include "scheduler/json_check.h"

namespace mayfly::cli {
namespace {

constexpr size_t kMaxInputBytes = 64U << 20U;

Error usageError(std::string message) { return Error{ErrorCode::kUsage, std::move(message)}; }

Result<std::string> readDescriptor(int fd, const std::string& name) {
  std::string bytes;
  std::array<char, 65536> chunk{};
  for (;;) {
    ssize_t count = retryEintr([&] { return ::read(fd, chunk.data(), chunk.size()); });
    if (count < 0) return errnoError("reading " + name, ErrorCode::kUsage);
    if (count == 0) return bytes;
    bytes.append(chunk.data(), static_cast<size_t>(count));
    if (bytes.size() > kMaxInputBytes) return usageError(name + " is larger than 64 MiB");
  }
}

}  // namespace

Result<std::string> readFile(const std::string& path) {
  if (path == "-") return readDescriptor(STDIN_FILENO, "standard input");
  UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.valid()) return errnoError("cannot open " + path, ErrorCode::kUsage);
  struct stat info{};
  if (::fstat(file.get(), &info) == 0 && S_ISDIR(info.st_mode))
    return usageError(path + " is a folder; name a file in it");
  return readDescriptor(file.get(), path);
}

namespace {

Result<Language> languageOf(const std::string& path) {
  if (path == "-") return Language::kAuto;
  std::string extension = std::filesystem::path(path).extension().string();
  if (extension == ".js" || extension == ".mjs") return Language::kJavaScript;
  if (extension == ".ts" || extension == ".mts") return Language::kTypeScript;
  if (extension == ".tsx") return Language::kTsx;
  if (extension == ".jsx") return Language::kJsx;
  if (extension == ".cjs") return Language::kCommonJs;
  return usageError(path + ": the extension '" + extension +
                    "' is not one of .js .mjs .ts .mts .tsx .jsx .cjs; pass - and pipe it in if it is a program");
}

Result<std::string> oneFile(const std::string& argument) {
  size_t split = argument.find('=');
  if (split == std::string::npos || split == 0) {
    return usageError("--file wants NAME=PATH, such as orders=orders.csv; got '" + argument + "'");
  }
  std::string path = argument.substr(split + 1);
  auto bytes = readFile(path);
  if (!bytes) return std::move(bytes).error();
  if (!isUtf8(*bytes)) return usageError(path + " is not UTF-8 text");
  std::string member = jsonString(argument.substr(0, split)) + ":";
  if (!path.ends_with(".json")) return member + jsonString(*bytes);
  if (auto valid = checkJson(*bytes); !valid) return usageError(path + ": " + valid.error().message);
  return member + *bytes;
}

}  // namespace

Result<SourceModule> readProgram(const std::string& path) {
  auto language = languageOf(path);
  if (!language) return std::move(language).error();
  if (path == "-" && ::isatty(STDIN_FILENO) == 1) {
    constexpr std::string_view kHint = "reading the program from standard input; end it with Ctrl-D\n";
    [[maybe_unused]] ssize_t written = ::write(STDERR_FILENO, kHint.data(), kHint.size());
  }
  auto source = readFile(path);
  if (!source) return std::move(source).error();
  if (!isUtf8(*source)) return usageError(path + " is not UTF-8 text");
  if (source->find_first_not_of(" \t\r\n") == std::string::npos)
    return usageError((path == "-" ? "standard input" : path) + " is empty: there is no program to run");
  if (source->starts_with("\xEF\xBB\xBF")) source->erase(0, 3);
  std::string name = path == "-" ? "stdin.ts" : std::filesystem::path(path).filename().string();
  return SourceModule{name, *language, std::move(source).value()};
}

Result<std::string> readInput(const std::string& json, const std::vector<std::string>& files) {
  if (!json.empty() && !files.empty()) return usageError("give --input or --file, not both");
  if (!files.empty()) {
    std::string object = "{";
    for (const std::string& file : files) {
      auto member = oneFile(file);
      if (!member) return std::move(member).error();
      object += (object.size() > 1 ? "," : "") + *member;
      if (object.size() > kMaxInputBytes) return usageError("the input is larger than 64 MiB in all");
    }
    return object + "}";
  }
  std::string text = json;
  if (json.starts_with('@')) {
    auto bytes = readFile(json.substr(1));
    if (!bytes) return std::move(bytes).error();
    text = std::move(bytes).value();
  }
  if (text.empty()) return text;
  if (auto valid = checkJson(text); !valid) {
    return usageError("--input is not JSON (" + valid.error().message +
                      "); write for instance --input '{\"n\": 3}', or --input @file.json");
  }
  return text;
}

}  // namespace mayfly::cli
