// SPDX-License-Identifier: Apache-2.0
#pragma once

// mayfly.toml, and what holds without it. docs/api.md lists the settings.

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "api/listen_address.h"
#include "base/result.h"
#include "scheduler/outcome.h"

namespace mayfly::api {

struct DaemonConfig {
  std::vector<std::string> listen;  // empty: 127.0.0.1:7070
  std::string data;                 // empty: as in ledger/data_folder.h
  std::chrono::seconds drain{30};
  uint64_t maxBodyBytes = 80U << 20U;
  std::chrono::seconds headTime{10};  // for the head of a request to arrive
  std::chrono::seconds bodyTime{60};  // and for its body
  uint32_t maxConnections = 4096;
  uint32_t spares = 2;
  bool durable = false;  // every stored record survives a loss of power
  Limits defaults;
  Limits ceilings{.cpu = std::chrono::seconds(60),
                  .wall = std::chrono::minutes(10),
                  .memoryBytes = 1024U << 20U,
                  .outputBytes = 64U << 20U,
                  .logBytes = 64U << 20U};
  uint64_t workerMemoryBytes = uint64_t{4} << 30U;
  std::chrono::minutes workerIdle{60};
  uint32_t concurrent = 256;
  uint32_t queued = 1024;
  std::chrono::minutes tenantIdle{10};
};

// Sets what `text` says. E_USAGE with `name`:line:column, what is wrong and what would be right.
Result<void> parseConfig(std::string_view text, const std::string& name, DaemonConfig& config);

// The file that was named, or ./mayfly.toml, or /etc/mayfly/mayfly.toml; without a named one it may be missing. Answers
// the name of the file that was read, or nothing.
Result<std::string> readConfig(const std::string& named, DaemonConfig& config);

}  // namespace mayfly::api
