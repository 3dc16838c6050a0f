// SPDX-License-Identifier: Apache-2.0
#pragma once

// From a request's method and target to what is asked for. Hostile text is welcome.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace mayfly::api {

enum class Endpoint : uint8_t {
  kRun,
  kRunEvents,
  kRunCancel,
  kWorkerLoad,
  kWorkerGet,
  kWorkerList,
  kWorkerInspect,
  kWorkerEvict,
  kWorkerPin,
  kWorkerUnpin,
  kWorkerCall,
  kWorkerFetch,
  kRpc,
  kUsage,
  kAudit,
  kHealth,
  kMetrics,
  kOptions,  // of any resource that exists
};

struct Route {
  Endpoint endpoint = Endpoint::kHealth;
  std::string id;     // of a run or worker; checked
  std::string rest;   // kWorkerFetch: what follows, beginning with '/', as it was sent, query included
  std::string allow;  // the methods that the resource knows
};

struct RouteError {
  Error error;
  std::string allow;  // with E_METHOD
};

// E_NOT_FOUND, E_METHOD, E_USAGE. HEAD is GET.
class Routed {
 public:
  Routed(Route route) : ok_(true), route_(std::move(route)) {}  // NOLINT
  Routed(RouteError failure) : failure_(std::move(failure)) {}  // NOLINT
  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] const Route& route() const { return route_; }
  [[nodiscard]] const RouteError& failure() const { return failure_; }

 private:
  bool ok_ = false;
  Route route_;
  RouteError failure_;
};
Routed findRoute(std::string_view method, std::string_view target);

// The parameters of a target's query, decoded. E_USAGE for broken escapes, a parameter that is there twice, or one that
// is not among `known`.
using Parameters = std::vector<std::pair<std::string, std::string>>;
Result<Parameters> queryParameters(std::string_view target, const std::vector<std::string>& known);

}  // namespace mayfly::api
