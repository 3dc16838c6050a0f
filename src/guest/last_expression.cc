// SPDX-License-Identifier: Apache-2.0
#include "guest/last_expression.h"

#include <algorithm>
#include <array>

namespace mayfly::guest {
namespace {

constexpr std::string_view kExport = "export default ";
constexpr size_t kMaxAttempts = 64;
constexpr size_t kMaxCompiledBytes = 4U << 20U;

bool isBlank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

bool isWordPart(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$';
}

// Statements and declarations, which `export default` would not reject or not cheaply; and what begins no statement.
bool cannotBegin(std::string_view text) {
  if (std::string_view("})];,.:?=&|<>*%^{").find(text[0]) != std::string_view::npos) return true;
  if (text.starts_with("//") || text.starts_with("/*")) return true;
  size_t end = 0;
  while (end < text.size() && isWordPart(text[end])) ++end;
  std::string_view word = text.substr(0, end);
  std::string_view after = text.substr(end);
  after.remove_prefix(std::min(after.find_first_not_of(" \t"), after.size()));
  if (word == "async" && after.starts_with("function")) return true;
  constexpr std::array<std::string_view, 21> kStatements = {
      "const", "let",   "var", "import", "export", "if",      "for",    "while", "do",      "return", "function",
      "class", "throw", "try", "catch",  "else",   "finally", "switch", "case",  "default", "break"};
  return std::find(kStatements.begin(), kStatements.end(), word) != kStatements.end() &&
         !(word == "import" && (after.starts_with('(') || after.starts_with('.')));
}

class Cutter {
 public:
  Cutter(v8::Isolate* isolate, const wire::Module& source) : isolate_(isolate), source_(source) {}

  std::optional<LastExpression> find() {
    const std::string& text = source_.source;
    for (size_t end = text.size() + 1; end-- > 0;) {
      if (end > 0 && text[end - 1] != '\n' && text[end - 1] != ';' && text[end - 1] != '}') continue;
      size_t begin = end;
      while (begin < text.size() && isBlank(text[begin])) ++begin;
      if (begin == text.size() || cannotBegin(std::string_view(text).substr(begin))) continue;
      if (auto found = tryAt(begin)) return found;
      if (attempts_ >= kMaxAttempts || compiledBytes_ > kMaxCompiledBytes) break;
    }
    return std::nullopt;
  }

 private:
  v8::MaybeLocal<v8::Module> compile(const std::string& text) {
    ++attempts_;
    compiledBytes_ += text.size();
    v8::Local<v8::String> code = v8Text(isolate_, text);
    if (code.IsEmpty()) return {};
    v8::ScriptOrigin origin(v8Text(isolate_, source_.name), 0, 0, false, -1, v8::Local<v8::Value>(), false, false,
                            true);
    v8::ScriptCompiler::Source compilerSource(code, origin);
    return v8::ScriptCompiler::CompileModule(isolate_, &compilerSource);
  }
  bool compiles(const std::string& text) { return !compile(text).IsEmpty(); }

  std::optional<LastExpression> tryAt(size_t begin) {
    std::string before = source_.source.substr(0, begin);
    std::string_view expression = std::string_view(source_.source).substr(begin);
    v8::Local<v8::Module> module;
    std::string cut = before + std::string(kExport).append(expression);
    if (!compile(cut).ToLocal(&module)) return std::nullopt;
    // Two defaults are an error, unless one of them is in a comment.
    if (compiles(cut + "\n;export default 0")) return std::nullopt;
    // `(`, `[`, a template, a sign or a regular expression could go on with the statement before: then no cut is here.
    bool mayGoOn = std::string_view("([`+-/").find(expression[0]) != std::string_view::npos;
    bool ofMember = std::string_view("([`").find(expression[0]) != std::string_view::npos;
    if (mayGoOn && compiles(before + (ofMember ? ".x" : "*0"))) return std::nullopt;
    return LastExpression{.module = module, .moved = placeOf(before)};
  }

  // Lines as V8 counts them, columns in UTF-16 units.
  MovedText placeOf(const std::string& before) {
    size_t lineStart = before.rfind('\n') + 1;
    uint32_t line = 1 + static_cast<uint32_t>(std::count(before.begin(), before.end(), '\n'));
    v8::Local<v8::String> head = v8Text(isolate_, std::string_view(before).substr(lineStart));
    uint32_t column = 1 + static_cast<uint32_t>(head.IsEmpty() ? 0 : head->Length());
    return {.module = source_.name, .line = line, .column = column, .by = static_cast<uint32_t>(kExport.size())};
  }

  v8::Isolate* isolate_;
  const wire::Module& source_;
  size_t attempts_ = 0;
  size_t compiledBytes_ = 0;
};

}  // namespace

std::optional<LastExpression> exportLastExpression(v8::Isolate* isolate, const wire::Module& source) {
  v8::TryCatch ignored(isolate);
  return Cutter(isolate, source).find();
}

}  // namespace mayfly::guest
