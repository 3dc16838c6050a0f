// SPDX-License-Identifier: Apache-2.0
#include "api/daemon_config.h"

// toml++ 3.3 asserts some of what a malformed text can break, and without assertions goes on into undefined behaviour.
// Its assertions are kept, and end the parse.
struct UnexpectedText {};
[[noreturn]] static void refuseText() { throw UnexpectedText{}; }
#undef NDEBUG
#define TOML_ASSERT(expression) ((expression) ? static_cast<void>(0) : refuseText())
#define TOML_EXCEPTIONS 1
#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>

#include "base/json_text.h"
#include "base/near_names.h"
#include "base/quantity.h"
#include "base/utf8.h"

namespace mayfly::api {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMaxConfigBytes = 1U << 20U;

// What a setting takes; `least` and `most` are in its own unit.
enum class Kind : uint8_t { kText, kTexts, kNumber, kBytes, kFlag };

struct Value {
  double number = 0;
  uint64_t bytes = 0;
  bool flag = false;
  std::vector<std::string> texts;
};

struct Setting {
  std::string_view table;  // empty: at the top
  std::string_view name;
  Kind kind;
  double least;
  double most;
  void (*set)(DaemonConfig& config, const Value& value);
};

constexpr double kDayMillis = 24.0 * 3600 * 1000;
constexpr double kTera = 1024.0 * 1024 * 1024 * 1024;

auto nanos(double millis) { return std::chrono::nanoseconds(std::llround(millis * 1e6)); }
auto millis(double value) { return std::chrono::milliseconds(std::llround(value)); }
uint64_t megabytes(double value) { return static_cast<uint64_t>(value * (1U << 20U)); }

constexpr std::array kSettings = {
    Setting{"", "listen", Kind::kTexts, 0, 0, [](DaemonConfig& c, const Value& v) { c.listen = v.texts; }},
    Setting{"", "data", Kind::kText, 0, 0, [](DaemonConfig& c, const Value& v) { c.data = v.texts.at(0); }},
    Setting{"", "drainSeconds", Kind::kNumber, 0, 86400,
            [](DaemonConfig& c, const Value& v) { c.drain = std::chrono::seconds(std::llround(v.number)); }},
    Setting{"", "maxBodyBytes", Kind::kBytes, 1024, 96U << 20U,
            [](DaemonConfig& c, const Value& v) { c.maxBodyBytes = v.bytes; }},
    Setting{"", "headSeconds", Kind::kNumber, 1, 3600,
            [](DaemonConfig& c, const Value& v) { c.headTime = std::chrono::seconds(std::llround(v.number)); }},
    Setting{"", "bodySeconds", Kind::kNumber, 1, 86400,
            [](DaemonConfig& c, const Value& v) { c.bodyTime = std::chrono::seconds(std::llround(v.number)); }},
    Setting{"", "maxConnections", Kind::kNumber, 1, 1'000'000,
            [](DaemonConfig& c, const Value& v) { c.maxConnections = static_cast<uint32_t>(v.number); }},
    Setting{"", "spares", Kind::kNumber, 0, 1000,
            [](DaemonConfig& c, const Value& v) { c.spares = static_cast<uint32_t>(v.number); }},
    Setting{"", "durable", Kind::kFlag, 0, 0, [](DaemonConfig& c, const Value& v) { c.durable = v.flag; }},
    Setting{"defaults", "cpuMs", Kind::kNumber, 1, kDayMillis,
            [](DaemonConfig& c, const Value& v) { c.defaults.cpu = nanos(v.number); }},
    Setting{"defaults", "wallMs", Kind::kNumber, 1, kDayMillis,
            [](DaemonConfig& c, const Value& v) { c.defaults.wall = millis(v.number); }},
    Setting{"defaults", "memoryMb", Kind::kNumber, 8, 4096,
            [](DaemonConfig& c, const Value& v) { c.defaults.memoryBytes = megabytes(v.number); }},
    Setting{"defaults", "outputBytes", Kind::kBytes, 16, 64U << 20U,
            [](DaemonConfig& c, const Value& v) { c.defaults.outputBytes = v.bytes; }},
    Setting{"defaults", "logBytes", Kind::kBytes, 0, 64U << 20U,
            [](DaemonConfig& c, const Value& v) { c.defaults.logBytes = v.bytes; }},
    Setting{"ceilings", "cpuMs", Kind::kNumber, 1, kDayMillis,
            [](DaemonConfig& c, const Value& v) { c.ceilings.cpu = nanos(v.number); }},
    Setting{"ceilings", "wallMs", Kind::kNumber, 1, kDayMillis,
            [](DaemonConfig& c, const Value& v) { c.ceilings.wall = millis(v.number); }},
    Setting{"ceilings", "memoryMb", Kind::kNumber, 8, 4096,
            [](DaemonConfig& c, const Value& v) { c.ceilings.memoryBytes = megabytes(v.number); }},
    Setting{"ceilings", "outputBytes", Kind::kBytes, 16, 64U << 20U,
            [](DaemonConfig& c, const Value& v) { c.ceilings.outputBytes = v.bytes; }},
    Setting{"ceilings", "logBytes", Kind::kBytes, 0, 64U << 20U,
            [](DaemonConfig& c, const Value& v) { c.ceilings.logBytes = v.bytes; }},
    Setting{"workers", "memory", Kind::kBytes, 1U << 20U, 64 * kTera,
            [](DaemonConfig& c, const Value& v) { c.workerMemoryBytes = v.bytes; }},
    Setting{"workers", "idleMinutes", Kind::kNumber, 1, 525'600,
            [](DaemonConfig& c, const Value& v) { c.workerIdle = std::chrono::minutes(std::llround(v.number)); }},
    Setting{"tenants", "concurrent", Kind::kNumber, 1, 1'000'000,
            [](DaemonConfig& c, const Value& v) { c.concurrent = static_cast<uint32_t>(v.number); }},
    Setting{"tenants", "queued", Kind::kNumber, 0, 1'000'000,
            [](DaemonConfig& c, const Value& v) { c.queued = static_cast<uint32_t>(v.number); }},
    Setting{"tenants", "idleMinutes", Kind::kNumber, 1, 525'600,
            [](DaemonConfig& c, const Value& v) { c.tenantIdle = std::chrono::minutes(std::llround(v.number)); }},
};

std::string shown(std::string_view name) { return jsonString(name.substr(0, 100)); }

class Reader {
 public:
  Reader(const std::string& name, DaemonConfig& config) : name_(name), config_(config) {}

  Result<void> read(const toml::table& table, std::string_view within) {
    for (const auto& [key, node] : table) {
      const toml::table* inner = node.as_table();
      if (within.empty() && inner != nullptr && isTable(key.str())) {
        MAYFLY_TRY(read(*inner, key.str()));
        continue;
      }
      const Setting* setting = find(within, key.str());
      if (setting == nullptr) return at(key.source(), unknown(within, key.str()));
      auto value = convert(*setting, node);
      if (!value) return std::move(value).error();
      setting->set(config_, *value);
    }
    return {};
  }

  [[nodiscard]] Error at(const toml::source_region& where, const std::string& what) const {
    return Error{ErrorCode::kUsage, name_ + ":" + std::to_string(where.begin.line) + ":" +
                                        std::to_string(where.begin.column) + ": " + what};
  }

 private:
  static bool isTable(std::string_view name) {
    return std::any_of(kSettings.begin(), kSettings.end(),
                       [&](const Setting& each) { return !each.table.empty() && each.table == name; });
  }
  static const Setting* find(std::string_view table, std::string_view name) {
    const auto* found = std::find_if(kSettings.begin(), kSettings.end(),
                                     [&](const Setting& each) { return each.table == table && each.name == name; });
    return found == kSettings.end() ? nullptr : found;
  }
  static std::string unknown(std::string_view table, std::string_view name) {
    std::vector<std::string> known;
    for (const Setting& each : kSettings) {
      if (each.table == table) known.emplace_back(each.name);
    }
    if (table.empty()) known.insert(known.end(), {"defaults", "ceilings", "workers", "tenants"});
    std::string where = table.empty() ? "" : " in [" + std::string(table) + "]";
    std::string message = shown(name) + " is unknown" + where;
    if (auto near = nearNames(name, known); !near.empty())
      return message + "; did you mean " + alternatives(near) + "?";
    std::string list;
    for (const std::string& each : known) list += (list.empty() ? "" : ", ") + each;
    return message + "; known are " + list;
  }

  Result<Value> convert(const Setting& setting, const toml::node& node) const {
    Value value;
    switch (setting.kind) {
      case Kind::kText:
        if (auto text = node.value_exact<std::string>(); text && !text->empty()) {
          value.texts = {*text};
          return value;
        }
        return wrong(setting, node, "a text with something in it");
      case Kind::kTexts:
        return texts(setting, node);
      case Kind::kFlag:
        if (auto flag = node.value_exact<bool>()) {
          value.flag = *flag;
          return value;
        }
        return wrong(setting, node, "true or false");
      case Kind::kBytes:
        return bytes(setting, node);
      case Kind::kNumber:
        break;
    }
    auto number = node.is_number() ? node.value<double>() : std::nullopt;
    if (!number || !(*number >= setting.least && *number <= setting.most)) return wrong(setting, node, range(setting));
    value.number = *number;
    return value;
  }

  Result<Value> texts(const Setting& setting, const toml::node& node) const {
    Value value;
    if (auto one = node.value_exact<std::string>()) {
      value.texts.push_back(*one);
    } else if (const toml::array* list = node.as_array(); list != nullptr && !list->empty()) {
      for (const toml::node& each : *list) {
        auto text = each.value_exact<std::string>();
        if (!text) return wrong(setting, each, "a text, or a list of texts");
        value.texts.push_back(*text);
      }
    } else {
      return wrong(setting, node, "a text, or a list of texts");
    }
    for (const std::string& text : value.texts) {
      if (auto fine = parseListenAddress(text); !fine) return at(node.source(), fine.error().message);
    }
    return value;
  }

  Result<Value> bytes(const Setting& setting, const toml::node& node) const {
    Value value;
    if (auto number = node.value_exact<int64_t>(); number && *number >= 0) {
      value.bytes = static_cast<uint64_t>(*number);
    } else if (auto text = node.value_exact<std::string>()) {
      auto parsed = parseBytes(*text);
      if (!parsed) return at(node.source(), std::string(setting.name) + ": " + parsed.error().message);
      value.bytes = *parsed;
    } else {
      return wrong(setting, node, "a number of bytes or a text such as \"64MB\"");
    }
    auto size = static_cast<double>(value.bytes);
    if (size < setting.least || size > setting.most) return wrong(setting, node, range(setting) + " bytes");
    return value;
  }

  static std::string range(const Setting& setting) {
    std::string text = "a number from ";
    appendJsonNumber(text, setting.least);
    appendJsonNumber(text += " to ", setting.most);
    return text;
  }
  [[nodiscard]] Error wrong(const Setting& setting, const toml::node& node, const std::string& wanted) const {
    return at(node.source(), std::string(setting.name) + " is not " + wanted);
  }

  const std::string& name_;
  DaemonConfig& config_;
};

Result<std::string> contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text(kMaxConfigBytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.gcount() == 0 && !file.eof()) return Error{ErrorCode::kUsage, "cannot read " + path};
  text.resize(static_cast<size_t>(file.gcount()));
  if (text.size() > kMaxConfigBytes) return Error{ErrorCode::kUsage, path + " has more than 1 MiB"};
  return text;
}

// What toml++ 3.3 takes for granted and does not check: no control characters (TOML 1.0.0, "Spec"), and a key behind
// the brackets of a table's header.
std::string_view problemOf(std::string_view line) {
  if (!isUtf8(line)) return "this is not UTF-8 text";
  for (char c : line) {
    if ((static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\r') || c == 0x7f) {
      return "a control character; TOML has none but tabs and line ends";
    }
  }
  if (line.find_first_not_of(" \t") == line.find('#')) return {};  // a comment, or blank
  if (std::any_of(line.begin(), line.end(), [](char c) { return static_cast<unsigned char>(c) > 0x7f; })) {
    return "only whole lines of comment hold more than ASCII; in a string write \\u00E9 and the like";
  }
  size_t bracket = line.find_first_not_of(" \t");
  if (bracket == std::string_view::npos || line[bracket] != '[') return {};
  size_t key = line.find_first_not_of(" \t", line.find_first_not_of('[', bracket));
  constexpr std::string_view kQuotes = "\"'_-";
  bool begins = key != std::string_view::npos && (std::isalnum(static_cast<unsigned char>(line[key])) != 0 ||
                                                  kQuotes.find(line[key]) != std::string_view::npos);
  return begins ? std::string_view() : "a table needs a name, such as [defaults]";
}

Result<void> checkLines(std::string_view text, const std::string& name) {
  for (size_t number = 1; !text.empty(); ++number) {
    size_t end = std::min(text.find('\n'), text.size());
    std::string_view problem = problemOf(text.substr(0, end));
    if (!problem.empty()) {
      return Error{ErrorCode::kUsage, name + ":" + std::to_string(number) + ":1: " + std::string(problem)};
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return {};
}

}  // namespace

Result<void> parseConfig(std::string_view text, const std::string& name, DaemonConfig& config) {
  MAYFLY_TRY(checkLines(text, name));
  Reader reader(name, config);
  try {
    return reader.read(toml::parse(text, name), "");
  } catch (const toml::parse_error& error) {
    return reader.at(error.source(), std::string(error.description()));
  } catch (const UnexpectedText&) {
    return Error{ErrorCode::kUsage, name + ":1:1: this is not TOML"};
  }
}

Result<std::string> readConfig(const std::string& named, DaemonConfig& config) {
  std::string path = named;
  std::error_code ignored;
  for (const char* usual : {"mayfly.toml", "/etc/mayfly/mayfly.toml"}) {
    if (path.empty() && fs::exists(usual, ignored)) path = usual;
  }
  if (path.empty()) return std::string();
  auto text = contents(path);
  if (!text) return std::move(text).error();
  MAYFLY_TRY(parseConfig(*text, path, config));
  return path;
}

}  // namespace mayfly::api
