// SPDX-License-Identifier: Apache-2.0
#pragma once

// HTTP/1.1 requests out of a client's bytes (RFC 9112), without a socket. The grammar is Beast's; what two servers
// might read differently is refused before it is asked: folded lines, bare CR or LF, both kinds of length, several
// lengths or hosts, transfer codings other than "chunked".

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace mayfly::api {

struct HttpLimits {
  size_t headBytes = 32U << 10U;  // request line and headers together
  size_t headers = 100;
};

struct HttpHeader {
  std::string name;
  std::string value;
};

struct RequestHead {
  std::string method;
  std::string target;  // as it was sent: path and query, or "*"
  std::vector<HttpHeader> headers;
  bool keepAlive = true;
  bool oldVersion = false;  // HTTP/1.0
  bool hasBody = false;
  bool expectsContinue = false;
  bool wantsWebSocket = false;  // a whole upgrade request, RFC 6455 section 4.1
  std::optional<uint64_t> contentLength;

  // The value of the first header with this name, in any case; empty when there is none.
  [[nodiscard]] std::string_view header(std::string_view name) const;
  // How often it is there.
  [[nodiscard]] size_t count(std::string_view name) const;
};

// Reads one request after another from a buffer that the caller fills. An error makes the stream worthless.
class RequestReader {
 public:
  explicit RequestReader(HttpLimits limits);
  ~RequestReader();
  RequestReader(const RequestReader&) = delete;
  RequestReader& operator=(const RequestReader&) = delete;

  // Takes the next head off the front of `in`; nothing when it is not whole yet. E_USAGE, E_TOO_LARGE.
  Result<std::optional<RequestHead>> head(std::string& in);
  // Takes what there is of the body off `in` and appends it to `out`, at most `most` bytes.
  Result<void> body(std::string& in, std::string& out, size_t most);
  // The body of the last head has been read.
  [[nodiscard]] bool bodyDone() const;

 private:
  class Parser;
  HttpLimits limits_;
  size_t searched_ = 0;  // bytes at the front of `in` in which no head ends
  std::unique_ptr<Parser> parser_;
};

// Whether a comma separated header has this token, in any case.
bool hasToken(std::string_view header, std::string_view token);
bool equalsIgnoringCase(std::string_view a, std::string_view b);

}  // namespace mayfly::api
