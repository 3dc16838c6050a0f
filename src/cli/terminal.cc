// SPDX-License-Identifier: Apache-2.0
#include "cli/terminal.h"

#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "base/syscall.h"

namespace mayfly::cli {

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

std::string printableBlock(std::string_view text, std::string_view indent) {
  std::string out;
  for (char c : printable(text)) {
    out += c;
    if (c == '\n') out += indent;
  }
  return out;
}

Terminal::Terminal(int fd) : fd_(fd), isTerminal_(::isatty(fd) == 1) {
  const char* noColour = std::getenv("NO_COLOR");
  const char* kind = std::getenv("TERM");
  bool dumb = kind != nullptr && std::strcmp(kind, "dumb") == 0;
  colour_ = isTerminal_ && !dumb && (noColour == nullptr || *noColour == '\0');
}

std::string Terminal::paint(std::string_view text, Style style) const {
  constexpr std::array<std::string_view, 7> kCodes = {"", "1", "2", "31", "32", "33", "36"};
  if (!colour_ || style == Style::kPlain) return std::string(text);
  return "\x1b[" + std::string(kCodes.at(static_cast<size_t>(style))) + "m" + std::string(text) + "\x1b[0m";
}

void Terminal::write(std::string_view text) const {
  while (!text.empty()) {
    ssize_t count = retryEintr([&] { return ::write(fd_, text.data(), text.size()); });
    if (count <= 0) return;
    text.remove_prefix(static_cast<size_t>(count));
  }
}

void Terminal::line(std::string_view text) const { write(std::string(text) + "\n"); }

}  // namespace mayfly::cli
