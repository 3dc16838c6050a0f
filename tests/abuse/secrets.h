// SPDX-License-Identifier: Apache-2.0
#pragma once

// Random secrets that only the daemon's process knows: in its environment and in its memory. The oracle "no secrets"
// of security.md 3.0 looks for them in every byte that a test captures, in the encodings in which bytes leak.

#include <string>
#include <string_view>
#include <vector>

namespace mayfly::abuse {

class Secrets {
 public:
  // Made on first use, for the life of the process.
  static const Secrets& planted();

  // "" when `bytes` hold none of the secrets, else the encoding in which one was found.
  [[nodiscard]] std::string foundIn(std::string_view bytes) const;

  [[nodiscard]] const std::vector<std::string>& values() const { return values_; }

 private:
  Secrets();

  struct Needle {
    std::string encoding;
    std::string text;
  };
  std::vector<std::string> values_;
  std::vector<Needle> needles_;
};

}  // namespace mayfly::abuse
