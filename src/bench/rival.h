// SPDX-License-Identifier: Apache-2.0
#pragma once

// workerd, run directly with the configuration in src/bench/workerd: a worker that loads a fresh dynamic worker for
// every request. It listens on a Unix socket that we made, so nobody else can reach it and it is there at once.

#include <chrono>
#include <memory>
#include <string>

#include "base/child_process.h"
#include "bench/http_reply.h"

namespace mayfly::bench {

// One keep-alive connection; calls block. Used by one thread at a time.
class HttpClient {
 public:
  explicit HttpClient(UniqueFd socket) : socket_(std::move(socket)) {}

  // The body of a 200; anything else is an error.
  Result<std::string> post(std::string_view path, std::string_view body);

 private:
  Result<void> send(std::string_view bytes);

  UniqueFd socket_;
  HttpReplyReader reader_;
};

class Rival {
 public:
  // `sources` is the folder that holds src/bench/workerd.
  static Result<std::unique_ptr<Rival>> start(const std::string& binary, const std::string& sources);

  Result<HttpClient> connect() const;

 private:
  Rival(ChildProcess process, UniqueFd listener) : process_(std::move(process)), listener_(std::move(listener)) {}

  ChildProcess process_;
  UniqueFd listener_;  // its name is how clients find it
};

// What a program printed and how it ended, at most `atMost` later. E_UNAVAILABLE when it failed.
Result<std::string> outputOf(const std::string& program, const std::vector<std::string>& arguments,
                             std::chrono::seconds atMost);

}  // namespace mayfly::bench
