// SPDX-License-Identifier: Apache-2.0
#pragma once

// The sockets that clients come by, and the connections that are open.

#include <functional>
#include <memory>
#include <string>

#include "api/listen_address.h"

namespace boost::asio {
class io_context;
}

namespace mayfly::api {

struct ConnectionLimits;
class RequestSink;

class Server {
 public:
  // Borrows all of them.
  Server(boost::asio::io_context& loop, RequestSink& sink, const ConnectionLimits& limits, size_t maxConnections);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Binds and accepts from now on. Answers the real address (port 0 becomes the one that was given). A Unix socket that
  // nobody listens on any more is replaced; it is for its owner only.
  Result<ListenAddress> listen(const ListenAddress& address);

  // No new connections from now on.
  void stopListening();
  // No new connections; those that are open end after the answer that is under way. `whenIdle`, when the last has gone.
  void drain(std::function<void()> whenIdle);
  // All of them end now.
  void closeAll();
  [[nodiscard]] size_t connections() const;

 private:
  class State;
  std::shared_ptr<State> state_;
};

}  // namespace mayfly::api
