// SPDX-License-Identifier: Apache-2.0
#include "scheduler/code_frame.h"

#include <algorithm>
#include <vector>

#include "base/utf8.h"

namespace mayfly {
namespace {

constexpr uint32_t kContextLines = 3;
constexpr size_t kMaxColumns = 160;

// Lines as JavaScript counts them: LF, CRLF, CR, U+2028 and U+2029 end one. Those from `first` to `last` (from 1).
std::vector<std::string_view> linesBetween(std::string_view source, uint32_t first, uint32_t last) {
  std::vector<std::string_view> lines;
  uint32_t number = 1;
  size_t begin = 0;
  auto finish = [&](size_t end) {
    if (number >= first && number <= last) lines.push_back(source.substr(begin, end - begin));
    ++number;
  };
  size_t at = 0;
  while (at < source.size() && number <= last) {
    size_t ending = 0;
    if (source[at] == '\n') ending = 1;
    if (source[at] == '\r') ending = source.substr(at + 1).starts_with('\n') ? 2 : 1;
    if (source.substr(at).starts_with("\xE2\x80\xA8") || source.substr(at).starts_with("\xE2\x80\xA9")) ending = 3;
    if (ending == 0) {
      ++at;
      continue;
    }
    finish(at);
    at += ending;
    begin = at;
  }
  if (number <= last) finish(source.size());
  return lines;
}

// Characters before a UTF-16 column; each takes one place on the screen here.
size_t charactersBefore(std::string_view line, uint32_t column) {
  size_t characters = 0;
  for (uint32_t units = 1; !line.empty() && units < column; ++characters) {
    size_t length = std::max<size_t>(utf8SequenceLength(line), 1);
    units += length == 4 ? 2 : 1;
    line.remove_prefix(length);
  }
  return characters;
}

std::vector<std::string> characters(std::string_view line) {
  std::vector<std::string> result;
  while (!line.empty()) {
    size_t length = std::max<size_t>(utf8SequenceLength(line), 1);
    // Tabs and control characters would move the mark or the terminal's cursor.
    auto lead = static_cast<unsigned char>(line[0]);
    bool c1 = lead == 0xC2 && length == 2 && static_cast<unsigned char>(line[1]) < 0xA0;
    bool plain = !c1 && (length > 1 || (lead >= 0x20 && lead != 0x7F));
    result.emplace_back(plain ? line.substr(0, length) : " ");
    line.remove_prefix(length);
  }
  return result;
}

std::string window(std::string_view line, size_t from) {
  std::vector<std::string> all = characters(line);
  std::string text;
  for (size_t i = from; i < std::min(all.size(), from + kMaxColumns); ++i) text += all[i];
  while (text.ends_with(' ')) text.pop_back();
  return text;
}

}  // namespace

std::string codeFrame(std::string_view source, uint32_t line, uint32_t column) {
  if (line == 0) return {};
  uint32_t first = line > kContextLines ? line - kContextLines : 1;
  auto lines = linesBetween(source, first, line + kContextLines);
  if (line - first >= lines.size()) return {};
  while (lines.size() > line - first + 1 && lines.back().empty()) lines.pop_back();
  size_t mark = charactersBefore(lines[line - first], column);
  size_t from = mark > kMaxColumns - 20 ? mark - kMaxColumns / 2 : 0;
  size_t width = std::to_string(first + lines.size() - 1).size();
  std::string out;
  for (size_t i = 0; i < lines.size(); ++i) {
    std::string number = std::to_string(first + i);
    bool here = first + i == line;
    out +=
        (here ? "> " : "  ") + std::string(width - number.size(), ' ') + number + " | " + window(lines[i], from) + "\n";
    if (here && column > 0) out += "  " + std::string(width, ' ') + " | " + std::string(mark - from, ' ') + "^\n";
  }
  return out;
}

}  // namespace mayfly
