// SPDX-License-Identifier: Apache-2.0
#include "scheduler/json_members.h"

#include <simdjson.h>

#include <map>
#include <unordered_set>

namespace mayfly {
namespace {

bool isBlank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

// Walks over a text that is known to be JSON. Every step is bounded by the text all the same.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}

  bool take(char c) {
    skipBlanks();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  [[nodiscard]] bool atEnd() const { return at_ >= text_.size(); }
  // The next value, whatever it is.
  std::string_view value() {
    skipBlanks();
    size_t begin = at_;
    size_t depth = 0;
    while (at_ < text_.size()) {
      char c = text_[at_];
      if (c == '"') {
        skipText();
      } else if (c == '{' || c == '[') {
        ++depth;
        ++at_;
      } else if (c == '}' || c == ']') {
        if (depth == 0) break;
        --depth;
        ++at_;
      } else if (depth == 0 && (c == ',' || c == ':' || isBlank(c))) {
        break;
      } else {
        ++at_;
        continue;
      }
      if (depth == 0) break;
    }
    return text_.substr(begin, at_ - begin);
  }

 private:
  void skipBlanks() {
    while (at_ < text_.size() && isBlank(text_[at_])) ++at_;
  }
  void skipText() {
    ++at_;
    while (at_ < text_.size() && text_[at_] != '"') at_ += text_[at_] == '\\' ? 2 : 1;
    at_ = std::min(at_ + 1, text_.size());
  }

  std::string_view text_;
  size_t at_ = 0;
};

std::string canonicalFrom(Cursor& cursor);

std::string canonicalList(Cursor& cursor) {
  std::string text = "[";
  while (!cursor.take(']') && !cursor.atEnd()) {
    std::string item = canonicalFrom(cursor);
    if (item.empty()) break;
    if (text.size() > 1) text += ',';
    text += item;
    cursor.take(',');
  }
  return text += ']';
}

std::string canonicalObject(Cursor& cursor) {
  std::map<std::string_view, std::string> members;
  while (!cursor.take('}') && !cursor.atEnd()) {
    std::string_view name = cursor.value();
    if (name.empty()) break;
    cursor.take(':');
    members[name] = canonicalFrom(cursor);  // of two members of a name the later one counts
    cursor.take(',');
  }
  std::string text = "{";
  for (const auto& [name, value] : members) {
    if (text.size() > 1) text += ',';
    text.append(name).append(":").append(value);
  }
  return text += '}';
}

std::string canonicalFrom(Cursor& cursor) {
  if (cursor.take('[')) return canonicalList(cursor);
  if (cursor.take('{')) return canonicalObject(cursor);
  return std::string(cursor.value());
}

simdjson::simdjson_result<simdjson::dom::element> parse(std::string_view json) {
  static thread_local simdjson::dom::parser parser;
  return parser.parse(json.data(), json.size());
}

}  // namespace

std::optional<std::string> jsonStringValue(std::string_view json) {
  std::string_view text;
  if (!json.starts_with('"') || parse(json).get(text) != simdjson::SUCCESS) return std::nullopt;
  return std::string(text);
}

std::optional<double> jsonNumberValue(std::string_view json) {
  double number = 0;
  if (parse(json).get(number) != simdjson::SUCCESS) return std::nullopt;
  return number;
}

Result<std::vector<JsonMember>> jsonMembers(std::string_view json, std::string_view what) {
  Cursor cursor(json);
  std::vector<JsonMember> members;
  std::unordered_set<std::string> seen;
  if (!cursor.take('{')) return Error{ErrorCode::kUsage, std::string(what) + " is not an object"};
  while (!cursor.take('}')) {
    auto name = jsonStringValue(cursor.value());
    if (!name || !cursor.take(':')) return Error{ErrorCode::kUsage, std::string(what) + " is not JSON"};
    if (!seen.insert(*name).second) {
      return Error{ErrorCode::kUsage, std::string(what) + " has the member \"" + *name + "\" twice"};
    }
    members.push_back({std::move(*name), cursor.value()});
    cursor.take(',');
  }
  return members;
}

std::optional<std::vector<std::string_view>> jsonItems(std::string_view json) {
  Cursor cursor(json);
  std::vector<std::string_view> items;
  if (!cursor.take('[')) return std::nullopt;
  while (!cursor.take(']')) {
    std::string_view item = cursor.value();
    if (item.empty()) return std::nullopt;
    items.push_back(item);
    cursor.take(',');
  }
  return items;
}

std::string canonicalJson(std::string_view json) {
  Cursor cursor(json);
  return canonicalFrom(cursor);
}

}  // namespace mayfly
