// SPDX-License-Identifier: Apache-2.0
#pragma once

// The worker document (docs/api.md): what a worker is made of, and the hash that tells two of them apart.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "scheduler/outcome.h"

namespace mayfly {

struct WorkerCode {
  RunRequest program;                 // modules, env, limits, allow; nothing of a call
  std::vector<std::string> bindings;  // names in env that are live objects of whoever loads it
  std::vector<std::string> loaders;   // names in env that load children
  bool outbound = false;              // fetch() goes to whoever loads it
  std::string hash;                   // hex of SHA-256 over all of it, members in a fixed order

  // It has objects of its loader in it, so nobody else may be given it.
  [[nodiscard]] bool isBound() const { return outbound || !bindings.empty(); }
};

enum class Bindings : uint8_t { kRefused, kAllowed };

// `bindings` and `outbound` make sense only where there is a session. E_USAGE says what is wrong and where.
Result<WorkerCode> parseWorkerDocument(std::string_view json, const Limits& defaults, const Limits& ceilings,
                                       Bindings bindings);

// 1 to 200 characters of letters, digits and . _ - : @
Result<void> checkWorkerId(std::string_view id);

}  // namespace mayfly
