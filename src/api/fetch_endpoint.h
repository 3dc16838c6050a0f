// SPDX-License-Identifier: Apache-2.0
#pragma once

// Any method on /v1/workers/{id}/fetch/PATH: a client's request becomes a stream of a worker, and its answer the
// client's. Bodies and WebSocket messages go on at the pace of whoever reads them, both ways.

#include <memory>

#include "api/accounting.h"
#include "api/exchange.h"

namespace mayfly::api {

class FetchEndpoint {
 public:
  explicit FetchEndpoint(Parts& parts) : parts_(parts) {}

  void fetch(const std::shared_ptr<Exchange>& exchange);

 private:
  Parts& parts_;
};

// The request that the worker sees: without the headers that are ours or of this connection. E_USAGE when Mayfly-Props
// is no JSON.
Result<wire::FetchRequest> fetchRequest(const RequestHead& head, const std::string& path);
// What of a worker's answer goes to the client.
Answer fetchAnswer(const wire::ResponseHead& head);

}  // namespace mayfly::api
