// SPDX-License-Identifier: Apache-2.0
#pragma once

// workerd, run directly with the configuration in src/bench/workerd: a worker that loads a fresh dynamic worker for
// every request. It listens on a Unix socket that we made, so nobody else can reach it and it is there at once.

#include <memory>
#include <string>

#include "base/child_process.h"
#include "bench/http_client.h"

namespace mayfly::bench {

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

}  // namespace mayfly::bench
