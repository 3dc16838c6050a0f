// SPDX-License-Identifier: Apache-2.0
#include "cli/log_text.h"

#include <simdjson.h>

#include <array>
#include <charconv>
#include <cmath>

namespace mayfly::cli {
namespace {

namespace dom = simdjson::dom;

constexpr size_t kLineWidth = 76;
constexpr std::string_view kTag = "$mayfly";

std::string quoted(std::string_view text) {
  std::string out = "'";
  for (char c : printable(text)) {
    if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else {
      if (c == '\'' || c == '\\') out += '\\';
      out += c;
    }
  }
  return out + "'";
}

std::string_view textAt(dom::object object, std::string_view key) {
  std::string_view text;
  return object[key].get(text) == simdjson::SUCCESS ? text : std::string_view();
}

class Inspector {
 public:
  static std::string inspect(dom::element value, size_t depth) {
    switch (value.type()) {
      case dom::element_type::STRING:
        return quoted(value.get_string().value_unsafe());
      case dom::element_type::ARRAY:
        return list("[", value.get_array().value_unsafe(), "]", depth);
      case dom::element_type::OBJECT:
        return object(value.get_object().value_unsafe(), depth);
      default:
        return simdjson::minify(value);
    }
  }

 private:
  static std::string join(std::string_view open, const std::vector<std::string>& parts, std::string_view close,
                          size_t depth) {
    if (parts.empty()) return std::string(open) + std::string(close);
    size_t width = 0;
    bool tall = false;
    for (const std::string& part : parts) {
      width += part.size() + 2;
      tall = tall || part.find('\n') != std::string::npos;
    }
    bool flat = !tall && width + depth * 2 < kLineWidth;
    std::string gap = flat ? " " : "\n" + std::string(depth * 2 + 2, ' ');
    std::string out(open);
    for (size_t i = 0; i < parts.size(); ++i) out += (i == 0 ? gap : "," + gap) + parts[i];
    return out + (flat ? " " : "\n" + std::string(depth * 2, ' ')) + std::string(close);
  }

  static std::string list(std::string_view open, dom::array items, std::string_view close, size_t depth) {
    std::vector<std::string> parts;
    for (dom::element item : items) parts.push_back(inspect(item, depth + 1));
    return join(open, parts, close, depth);
  }

  static bool isIdentifier(std::string_view key) {
    if (key.empty() || (key[0] >= '0' && key[0] <= '9')) return false;
    for (char c : key) {
      bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$';
      if (!word) return false;
    }
    return true;
  }

  static std::string properties(std::string_view open, dom::object object, size_t depth, int64_t more = 0) {
    std::vector<std::string> parts;
    for (auto [key, value] : object) {
      parts.push_back((isIdentifier(key) ? std::string(key) : quoted(key)) + ": " + inspect(value, depth + 1));
    }
    if (more > 0) parts.push_back("... " + std::to_string(more) + " more");
    return join(open, parts, "}", depth);
  }

  static std::string entries(std::string_view open, dom::object object, size_t depth) {
    std::vector<std::string> parts;
    dom::array items;
    if (object["entries"].get(items) == simdjson::SUCCESS) {
      for (dom::element item : items) {
        dom::array pair;
        if (item.get(pair) != simdjson::SUCCESS || pair.size() != 2) {
          parts.push_back(inspect(item, depth + 1));
          continue;
        }
        parts.push_back(inspect(pair.at(0).value_unsafe(), depth + 1) + " => " +
                        inspect(pair.at(1).value_unsafe(), depth + 1));
      }
    }
    return join(open, parts, "}", depth);
  }

  static std::string object(dom::object object, size_t depth) {
    std::string_view kind = textAt(object, kTag);
    if (kind.empty()) return properties("{", object, depth);
    if (kind == "undefined" || kind == "circular" || kind == "getter" || kind == "proxy") {
      return kind == "undefined" ? "undefined" : "[" + std::string(kind) + "]";
    }
    if (kind == "more") {
      int64_t count = 0;
      if (object["count"].get(count) == simdjson::SUCCESS) return "... " + std::to_string(count) + " more";
      return "[" + printable(textAt(object, "class")) + "]";
    }
    if (kind == "bigint") return printable(textAt(object, "value")) + "n";
    if (kind == "number" || kind == "date" || kind == "regexp") return printable(textAt(object, "value"));
    if (kind == "symbol") return "Symbol(" + printable(textAt(object, "description")) + ")";
    if (kind == "function") return "[Function: " + printable(textAt(object, "name")) + "]";
    if (kind == "promise") return "Promise { <" + printable(textAt(object, "state")) + "> }";
    if (kind == "Error")
      return "[" + printable(textAt(object, "name")) + ": " + printable(textAt(object, "message")) + "]";
    if (kind == "Map") return entries("Map {", object, depth);
    dom::array values;
    if (object["values"].get(values) == simdjson::SUCCESS) {
      return list(printable(kind) + (kind == "Set" ? " {" : " ["), values, kind == "Set" ? "}" : "]", depth);
    }
    dom::object inner;
    if (kind == "object" && object["properties"].get(inner) == simdjson::SUCCESS) {
      std::string_view name = textAt(object, "class");
      int64_t more = 0;
      if (object["more"].get(more) != simdjson::SUCCESS) more = 0;
      return properties(name == "Object" ? "{" : printable(name) + " {", inner, depth, more);
    }
    return "[" + printable(kind) + "]";
  }
};

std::string bare(dom::element value) {
  std::string_view text;
  return value.get(text) == simdjson::SUCCESS ? printable(text) : Inspector::inspect(value, 0);
}

// %d, %i and %f: a number from whatever it is; NaN where there is none.
std::string numeric(dom::element value, char directive) {
  double number = std::nan("");
  std::string_view text;
  if (value.get(number) != simdjson::SUCCESS && value.get(text) == simdjson::SUCCESS) {
    auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    bool whole = failure == std::errc() && (directive != 'd' || end == text.data() + text.size());
    if (!whole) number = std::nan("");
  }
  dom::object object;
  if (value.get(object) == simdjson::SUCCESS && textAt(object, kTag) == "bigint") return bare(value);
  if (std::isnan(number)) return "NaN";
  std::array<char, 64> digits{};
  auto [end, failure] =
      std::to_chars(digits.data(), digits.data() + digits.size(), directive == 'i' ? std::trunc(number) : number);
  return failure == std::errc() ? std::string(digits.data(), end) : "NaN";
}

std::string directiveText(dom::element value, char directive) {
  switch (directive) {
    case 'c':
      return {};
    case 'j':
      return std::string(simdjson::minify(value));
    case 'd':
    case 'i':
    case 'f':
      return numeric(value, directive);
    case 's':
      return bare(value);
    default:
      return Inspector::inspect(value, 0);
  }
}

// Console standard, section 2.2 "Formatter". Takes arguments from `rest` as it needs them.
std::string format(std::string_view pattern, std::vector<dom::element>& rest) {
  std::string out;
  size_t next = 0;
  for (size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] != '%' || i + 1 == pattern.size()) {
      out += pattern[i];
      continue;
    }
    char directive = pattern[++i];
    bool takes = std::string_view("sdifjoOc").find(directive) != std::string_view::npos;
    if (directive == '%') {
      out += '%';
    } else if (!takes || next >= rest.size()) {
      out += {'%', directive};
    } else {
      out += directiveText(rest[next++], directive);
    }
  }
  rest.erase(rest.begin(), rest.begin() + static_cast<ptrdiff_t>(next));
  return printable(out);
}

}  // namespace

std::string logText(std::string_view argsJson) {
  dom::parser parser;
  dom::array args;
  if (parser.parse(argsJson.data(), argsJson.size()).get(args) != simdjson::SUCCESS) return printable(argsJson);
  std::vector<dom::element> rest(args.begin(), args.end());
  std::string out;
  std::string_view pattern;
  if (rest.size() > 1 && rest[0].get(pattern) == simdjson::SUCCESS && pattern.find('%') != std::string_view::npos) {
    rest.erase(rest.begin());
    out = format(pattern, rest);
    if (!rest.empty()) out += ' ';
  }
  for (size_t i = 0; i < rest.size(); ++i) out += (i == 0 ? "" : " ") + bare(rest[i]);
  return out;
}

std::string logLine(const wire::LogRecord& log, const Terminal& terminal) {
  Style style = Style::kPlain;
  if (log.level == wire::LogLevel::kError) style = Style::kRed;
  if (log.level == wire::LogLevel::kWarn) style = Style::kYellow;
  if (log.level == wire::LogLevel::kDebug || log.level == wire::LogLevel::kTrace) style = Style::kDim;
  std::string text = logText(log.argsJson);
  // A continued line is indented, so that it cannot pass for a line of its own.
  return terminal.paint(printableBlock(text, "  "), style);
}

}  // namespace mayfly::cli
