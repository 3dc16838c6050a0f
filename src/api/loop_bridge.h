// SPDX-License-Identifier: Apache-2.0
#pragma once

// Two loops on one thread: Asio's outside, which has the sockets of clients, and the core's EventLoop inside. The
// bridge has Asio watch the inner loop's descriptor and its next deadline, and turns it when there is something to do.
// What an Asio handler adds to the inner loop is looked at as soon as that handler has returned. Between turns it
// sleeps.
//
// The one exception is the core's own wish to poll (EventLoop::expectSoon): until that moment, or the first event, both
// loops are polled in turns, so that no client waits for it.

#include <memory>

#include "base/event_loop.h"

namespace boost::asio {
class io_context;
}

namespace mayfly::api {

class LoopBridge {
 public:
  // Borrows both loops. Only one bridge a loop.
  LoopBridge(boost::asio::io_context& outer, EventLoop& inner);
  ~LoopBridge();
  LoopBridge(const LoopBridge&) = delete;
  LoopBridge& operator=(const LoopBridge&) = delete;

  // Lets io_context::run() return when nothing else keeps it; the inner loop stands still from then on.
  void stop();

  // Turns of the inner loop so far, for tests of idleness.
  [[nodiscard]] uint64_t turns() const;

 private:
  class State;
  std::shared_ptr<State> state_;  // handlers of Asio may come after us
};

}  // namespace mayfly::api
