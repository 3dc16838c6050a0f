// SPDX-License-Identifier: Apache-2.0
#include "scheduler/random_id.h"

#include <sys/random.h>

#include <array>
#include <cstdio>

#include "base/check.h"

namespace mayfly {

std::string randomId(std::string_view prefix) {
  std::array<unsigned char, 9> bytes{};
  // The kernel's generator gives so few bytes whole, once it has been seeded at the machine's start.
  MAYFLY_CHECK(::getrandom(bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(bytes.size()));
  std::string id(prefix);
  for (unsigned char byte : bytes) {
    std::array<char, 3> hex{};
    std::snprintf(hex.data(), hex.size(), "%02x", byte);
    id += hex.data();
  }
  return id;
}

}  // namespace mayfly
