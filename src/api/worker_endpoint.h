// SPDX-License-Identifier: Apache-2.0
#pragma once

// /v1/workers and what is below it but for fetch: load, get, list, inspect, evict, pin, call.

#include <memory>

#include "api/accounting.h"
#include "api/exchange.h"

namespace mayfly::api {

class WorkerEndpoint {
 public:
  explicit WorkerEndpoint(Parts& parts) : parts_(parts) {}

  void load(const std::shared_ptr<Exchange>& exchange);
  void get(const std::shared_ptr<Exchange>& exchange);
  void list(Exchange& exchange);
  void inspect(Exchange& exchange);
  void evict(Exchange& exchange);
  void pin(Exchange& exchange, bool pinned);
  void call(const std::shared_ptr<Exchange>& exchange);

 private:
  Parts& parts_;
};

// The description of docs/api.md.
std::string describe(const WorkerTable::Entry& entry);

// Admits the exchange's caller and goes on with the place; answers with a refusal, or gives up when the client goes.
void admitted(Parts& parts, const std::shared_ptr<Exchange>& exchange,
              std::function<void(std::shared_ptr<Place>)> goOn);

}  // namespace mayfly::api
