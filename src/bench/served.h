// SPDX-License-Identifier: Apache-2.0
#pragma once

// `mayfly serve` as users run it: a process of its own with a data folder of its own, on a Unix socket as its rival is.
// It ends, and its folder goes, with the object.

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "base/child_process.h"
#include "bench/http_client.h"
#include "bench/section.h"

namespace mayfly::bench {

class Served {
 public:
  // Returns when it says that it is ready. `config` is the text of a mayfly.toml.
  static Result<std::unique_ptr<Served>> start(const Section& section, const std::string& config);
  ~Served();
  Served(const Served&) = delete;
  Served& operator=(const Served&) = delete;

  [[nodiscard]] Result<HttpClient> connect() const { return HttpClient::connect(socketPath()); }
  [[nodiscard]] std::string socketPath() const { return folder_ + "/socket"; }
  [[nodiscard]] pid_t pid() const { return process_.pid(); }
  // A key of a tenant, by `mayfly keys create`.
  [[nodiscard]] Result<std::string> createKey(const std::string& tenant) const;

  // SIGKILL, and a start with the same folder. Answers how long the second start took, to the first good answer.
  Result<std::chrono::duration<double>> killAndRestart(const Section& section);

 private:
  Served(std::string folder, ChildProcess process, UniqueFd output)
      : folder_(std::move(folder)), process_(std::move(process)), output_(std::move(output)) {}
  static Result<ChildProcess> spawn(const Section& section, const std::string& folder, UniqueFd& output);

  std::string folder_;
  ChildProcess process_;
  UniqueFd output_;
};

}  // namespace mayfly::bench
