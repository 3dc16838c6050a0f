// SPDX-License-Identifier: Apache-2.0
#pragma once

// The events of one streamed run (text/event-stream): kept for clients that lost their connection, and given to each at
// the pace at which it reads. Bounded: the oldest go first, and whoever missed them is told by an event `gap`.

#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "api/exchange.h"

namespace mayfly::api {

class RunFeed : public std::enable_shared_from_this<RunFeed> {
 public:
  explicit RunFeed(size_t maxBytes) : maxBytes_(maxBytes) {}

  // `json` becomes the data of an event with the next id, from 1.
  void add(std::string_view event, std::string_view json);
  // Nothing more will be added; every client's stream ends when it has all.
  void finish();
  [[nodiscard]] bool finished() const { return finished_; }

  // Streams what came after event number `after` to this client, and all that comes.
  void subscribe(std::shared_ptr<Exchange> exchange, uint64_t after, const std::string& runId);
  // A comment to each client, so that those who have gone are noticed and proxies keep the connection.
  void heartbeat();

 private:
  struct Subscriber {
    std::shared_ptr<Exchange> exchange;
    uint64_t next = 1;
  };
  void pump(Subscriber& subscriber);
  void pumpAll();

  size_t maxBytes_;
  std::deque<std::string> events_;
  uint64_t firstId_ = 1;  // of events_.front()
  size_t bytes_ = 0;
  bool finished_ = false;
  std::vector<std::shared_ptr<Subscriber>> subscribers_;
};

}  // namespace mayfly::api
