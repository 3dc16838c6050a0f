// SPDX-License-Identifier: Apache-2.0
#pragma once

// What may be written to this terminal: colour only on a terminal and without NO_COLOR (no-color.org).

#include <string>
#include <string_view>

namespace mayfly::cli {

enum class Style : uint8_t { kPlain, kBold, kDim, kRed, kGreen, kYellow, kCyan };

// A program's own words may hold anything. Newlines and tabs pass; everything else that a terminal would obey (C0, DEL,
// C1) is shown as \\xNN.
std::string printable(std::string_view text);

// The same with every line but the first indented, so that it cannot pass for a line of ours.
std::string printableBlock(std::string_view text, std::string_view indent);

class Terminal {
 public:
  // `fd` is 1 or 2.
  explicit Terminal(int fd);

  [[nodiscard]] std::string paint(std::string_view text, Style style) const;
  [[nodiscard]] bool isTerminal() const { return isTerminal_; }
  void write(std::string_view text) const;
  void line(std::string_view text) const;

 private:
  int fd_;
  bool isTerminal_;
  bool colour_;
};

}  // namespace mayfly::cli
