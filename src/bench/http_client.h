// SPDX-License-Identifier: Apache-2.0
#pragma once

// One keep-alive connection over a Unix socket; calls block. The same client asks Mayfly and its rival.
// Used by one thread at a time.

#include <string>
#include <string_view>

#include "base/unique_fd.h"
#include "bench/http_reply.h"

namespace mayfly::bench {

class HttpClient {
 public:
  explicit HttpClient(UniqueFd socket) : socket_(std::move(socket)) {}
  // To the file of a Unix socket.
  static Result<HttpClient> connect(const std::string& path);

  // Any reply. `headers` are whole lines with their line ends.
  Result<HttpReply> request(std::string_view method, std::string_view path, std::string_view body,
                            std::string_view headers = {});
  // The body of a 200; anything else is an error.
  Result<std::string> post(std::string_view path, std::string_view body, std::string_view headers = {});
  Result<std::string> get(std::string_view path, std::string_view headers = {});

 private:
  Result<void> send(std::string_view bytes);
  Result<std::string> bodyOf(Result<HttpReply> reply);

  UniqueFd socket_;
  HttpReplyReader reader_;
};

// How long a reply may take.
Result<void> limitWaiting(int socket);

}  // namespace mayfly::bench
