// SPDX-License-Identifier: Apache-2.0
#pragma once

// Where the daemon listens, as it is written on the command line and in mayfly.toml.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace mayfly::api {

struct ListenAddress {
  std::string host;  // a literal address; empty for a Unix socket
  uint16_t port = 0;
  std::string path;  // of a Unix socket

  [[nodiscard]] bool isUnix() const { return !path.empty(); }
  [[nodiscard]] bool isLoopback() const;
  // "http://127.0.0.1:7070" or "unix:/run/mayfly.sock".
  [[nodiscard]] std::string text() const;
};

// "127.0.0.1:7070", "[::1]:7070", "localhost:7070", ":7070" (every address), "7070", "unix:PATH". E_USAGE.
Result<ListenAddress> parseListenAddress(std::string_view text);

}  // namespace mayfly::api
