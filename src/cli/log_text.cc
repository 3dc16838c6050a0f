// SPDX-License-Identifier: Apache-2.0
#include "cli/log_text.h"

#include <simdjson.h>

#include <array>
#include <cstdio>

namespace mayfly::cli {
namespace {

namespace dom = simdjson::dom;

constexpr size_t kLineWidth = 76;
constexpr std::string_view kTag = "$mayfly";

// Newlines and tabs pass; everything else that a terminal would obey is shown as \xNN.
std::string printable(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    auto byte = static_cast<unsigned char>(text[i]);
    bool c1 = byte == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0;
    if ((byte < 0x20 && byte != '\n' && byte != '\t') || byte == 0x7F || c1) {
      if (c1) byte = static_cast<unsigned char>(text[++i]);
      std::array<char, 5> code{};
      std::snprintf(code.data(), code.size(), "\\x%02x", byte);
      out += code.data();
    } else {
      out += text[i];
    }
  }
  return out;
}

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

  static std::string properties(std::string_view open, dom::object object, size_t depth) {
    std::vector<std::string> parts;
    for (auto [key, value] : object) {
      if (key == "$mayfly:more") {
        parts.push_back("... " + std::string(simdjson::minify(value)) + " more");
        continue;
      }
      parts.push_back((isIdentifier(key) ? std::string(key) : quoted(key)) + ": " + inspect(value, depth + 1));
    }
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
      return properties(printable(textAt(object, "class")) + " {", inner, depth);
    }
    return "[" + printable(kind) + "]";
  }
};

std::string bare(dom::element value) {
  std::string_view text;
  return value.get(text) == simdjson::SUCCESS ? printable(text) : Inspector::inspect(value, 0);
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
    } else if (directive == 'c') {
      ++next;
    } else {
      out += directive == 's'   ? bare(rest[next])
             : directive == 'j' ? std::string(simdjson::minify(rest[next]))
                                : bare(rest[next]);
      ++next;
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
  std::string out;
  for (char c : text) out += c == '\n' ? std::string("\n  ") + "" : std::string(1, c);
  return terminal.paint(out, style);
}

}  // namespace mayfly::cli
