// SPDX-License-Identifier: Apache-2.0
#pragma once

// Cuts a byte stream into HTTP/1.1 replies (RFC 9112): a status, and a body by Content-Length or in chunks. Just
// enough for a rival on the same machine; everything else is an error.

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace mayfly::bench {

struct HttpReply {
  int status = 0;
  std::string body;
};

class HttpReplyReader {
 public:
  void append(std::string_view bytes) { buffer_ += bytes; }

  // The next whole reply; nothing when more bytes are needed; E_PROTO when this is no HTTP.
  Result<std::optional<HttpReply>> next();

 private:
  std::string buffer_;
};

}  // namespace mayfly::bench
