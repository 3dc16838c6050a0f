// SPDX-License-Identifier: Apache-2.0
#pragma once

// POST /v1/run, GET /v1/runs/{id}/events, DELETE /v1/runs/{id}: from a document to an outcome that is stored before it
// is told. A plain run belongs to its connection and is cancelled when the client goes; a streamed one goes on, and its
// events are kept for a minute.

#include <memory>
#include <string>
#include <unordered_map>

#include "api/accounting.h"
#include "api/exchange.h"
#include "api/idempotency.h"
#include "api/run_feed.h"
#include "base/event_loop.h"

namespace mayfly::api {

class RunEndpoint {
 public:
  explicit RunEndpoint(Parts& parts);
  ~RunEndpoint();
  RunEndpoint(const RunEndpoint&) = delete;
  RunEndpoint& operator=(const RunEndpoint&) = delete;

  void run(const std::shared_ptr<Exchange>& exchange);
  void events(const std::shared_ptr<Exchange>& exchange);
  void cancel(const std::shared_ptr<Exchange>& exchange);

  // Ends every run: E_CANCELLED.
  void cancelAll();
  [[nodiscard]] size_t running() const { return active_.size(); }

 private:
  class ActiveRun;
  void begin(const std::shared_ptr<Exchange>& exchange, RunRequest request, std::string idempotencyKey);
  void ended(const std::shared_ptr<ActiveRun>& run);
  void heartbeat();

  struct KeptFeed {
    std::string tenant;
    std::shared_ptr<RunFeed> feed;
  };

  Parts& parts_;
  Idempotency idempotency_;
  std::unordered_map<std::string, std::shared_ptr<ActiveRun>> active_;  // by id
  std::unordered_map<std::string, KeptFeed> feeds_;                     // streamed runs, until a minute after their end
  EventLoop::TimerId heartbeatTimer_{};
};

}  // namespace mayfly::api
