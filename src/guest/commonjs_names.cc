// SPDX-License-Identifier: Apache-2.0
#include "guest/commonjs_names.h"

#include <algorithm>
#include <cctype>
#include <unordered_set>

namespace mayfly::guest {
namespace {

constexpr size_t kMaxNames = 1000;
constexpr size_t kMaxNameLength = 256;

bool isWordStart(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '$'; }
bool isWordPart(char c) { return isWordStart(c) || std::isdigit(static_cast<unsigned char>(c)) != 0; }

// Words, texts in quotes and single characters; no comments, no white space. Regular expressions are not known as such:
// one that holds a quote may hide what follows it on its line.
class Tokens {
 public:
  explicit Tokens(std::string_view source) : rest_(source) {}

  // Empty at the end. A text keeps its quotes.
  std::string_view next() {
    skipBlanks();
    if (rest_.empty()) return {};
    size_t end = 1;
    if (isWordStart(rest_[0])) {
      while (end < rest_.size() && isWordPart(rest_[end])) ++end;
    } else if (rest_[0] == '"' || rest_[0] == '\'' || rest_[0] == '`') {
      end = textEnd();
    }
    std::string_view token = rest_.substr(0, end);
    rest_.remove_prefix(end);
    return token;
  }
  bool take(std::string_view expected) {
    Tokens ahead = *this;
    if (ahead.next() != expected) return false;
    *this = ahead;
    return true;
  }

 private:
  void skipBlanks() {
    for (;;) {
      size_t blanks = std::min(rest_.find_first_not_of(" \t\r\n"), rest_.size());
      rest_.remove_prefix(blanks);
      size_t end = 0;
      if (rest_.starts_with("//")) end = rest_.find('\n');
      if (rest_.starts_with("/*")) end = std::min(rest_.find("*/", 2), rest_.size() - 2) + 2;
      if (end == 0) return;
      rest_.remove_prefix(std::min(end, rest_.size()));
    }
  }
  [[nodiscard]] size_t textEnd() const {
    for (size_t i = 1; i < rest_.size(); ++i) {
      if (rest_[i] == '\\') {
        ++i;
      } else if (rest_[i] == rest_[0]) {
        return i + 1;
      } else if (rest_[i] == '\n' && rest_[0] != '`') {
        return 1;
      }
    }
    return 1;
  }

  std::string_view rest_;
};

class Names {
 public:
  void add(std::string_view name) {
    if (name.size() >= 2 && (name[0] == '"' || name[0] == '\'')) name = name.substr(1, name.size() - 2);
    bool word = !name.empty() && isWordStart(name[0]) && std::all_of(name.begin(), name.end(), isWordPart);
    if (!word || name == "default" || name.size() > kMaxNameLength || names_.size() >= kMaxNames) return;
    if (seen_.emplace(name).second) names_.emplace_back(name);
  }
  std::vector<std::string> take() { return std::move(names_); }

 private:
  std::vector<std::string> names_;
  std::unordered_set<std::string> seen_;
};

// After `module.exports = {`: names and `name:` up to the first thing that is neither.
void readLiteral(Tokens& tokens, Names& names) {
  for (;;) {
    Tokens ahead = tokens;
    std::string_view key = ahead.next();
    if (key.empty() || key == "}" || !(isWordStart(key[0]) || key[0] == '"' || key[0] == '\'')) return;
    std::string_view after = ahead.next();
    if (after != "," && after != "}" && after != ":" && after != "(") return;
    names.add(key);
    if (after == "}" || after == "(") return;
    if (after == ":") {  // a plain value; anything longer ends the search
      ahead.next();
      if (!ahead.take(",")) return;
    }
    tokens = ahead;
  }
}

// After `exports` or `module.exports`.
void readExports(Tokens& tokens, Names& names, bool ofModule) {
  Tokens ahead = tokens;
  std::string_view first = ahead.next();
  if (first == ".") {
    std::string_view name = ahead.next();
    if (ahead.take("=") && !ahead.take("=")) names.add(name);
  } else if (first == "[") {
    std::string_view name = ahead.next();
    bool quoted = name.starts_with('"') || name.starts_with('\'');
    if (quoted && ahead.take("]") && ahead.take("=") && !ahead.take("=")) names.add(name);
  } else if (first == "=" && ofModule && ahead.take("{")) {
    readLiteral(ahead, names);
  }
}

}  // namespace

std::vector<std::string> commonJsNames(std::string_view source) {
  Tokens tokens(source);
  Names names;
  for (std::string_view token = tokens.next(); !token.empty(); token = tokens.next()) {
    if (token == "exports") {
      readExports(tokens, names, false);
    } else if (token == "module" && tokens.take(".") && tokens.take("exports")) {
      readExports(tokens, names, true);
    } else if (token == "defineProperty" && tokens.take("(")) {
      bool ofModule = tokens.take("module");
      if (ofModule) tokens.take(".");
      if (tokens.take("exports") && tokens.take(",")) names.add(tokens.next());
    }
  }
  return names.take();
}

}  // namespace mayfly::guest
